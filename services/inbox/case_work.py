"""From a button on the case page to the verb behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.languages import SOURCE
from services.inbox import actions
from services.inbox.case_forms import (
    AskForm,
    AssignForm,
    CaseForm,
    CloseForm,
    EraseAskForm,
    HoldForm,
    NoteForm,
    ReplyForm,
    StatusForm,
    TagForm,
    TranslateForm,
    UntagForm,
)
from services.inbox.models import Appointment, Case, Message
from services.inbox.moving_forms import AppointForm, CancelForm, ReferForm, TransferForm
from services.inbox.staff_files import reply_files

if TYPE_CHECKING:
    from portal.models import User

Given = dict[str, Any]

FORMS: dict[str, type[CaseForm]] = {
    form.name: form
    for form in (
        ReplyForm,
        NoteForm,
        TranslateForm,
        AssignForm,
        StatusForm,
        AskForm,
        AppointForm,
        CancelForm,
        TransferForm,
        ReferForm,
        CloseForm,
        HoldForm,
        EraseAskForm,
        TagForm,
        UntagForm,
    )
}
BUTTONS = ("take", "reopen", "unhold", "erase_no", "erase_yes")
"""Actions that need no form."""

TYPED = ("text", "german", "own", "note", "place")
"""Fields in which a colleague writes sentences: what must never be lost."""

AWAY = ("transfer", "erase_yes")
"""After these the case is no longer there for this colleague."""

DONE_WORDS = {
    "reply": _("Your answer can be read on the status page."),
    "note": _("The note was added."),
    "translate": _("The translation was added."),
    "assign": _("The assignment was changed."),
    "status": _("The status was changed."),
    "ask": _("The person was asked on the status page."),
    "appoint": _("The appointment stands. The person reads it on the status page."),
    "cancel": _("The appointment was cancelled. The person reads it on the status page."),
    "transfer": _("The case was handed over. You can no longer open it."),
    "refer": _("The person reads on the status page who helps."),
    "tag": _("The tag was added."),
    "untag": _("The tag was taken off."),
    "close": _("The case was closed."),
    "take": _("The case is yours now."),
    "reopen": _("The case is open again."),
    "hold": _("The case is kept until that day."),
    "unhold": _("The planned time counts again."),
    "erase_ask": _("Your colleagues were asked. The case is erased when one of them confirms."),
    "erase_no": _("The case stays."),
    "erase_yes": _("The case was erased."),
}


@dataclass(frozen=True)
class Order:
    """What a colleague wants done: with which case, by whom, with what was filled in, looking at which version."""

    case: Case
    user: User
    form: Any
    version: int
    proved: bool
    uploads: Sequence[Any] = ()

    @property
    def by(self) -> Given:
        """The arguments that most verbs share."""
        return {"case": self.case, "by": self.user, "version": self.version}

    @property
    def author(self) -> Given:
        """The same for verbs that write."""
        return {"case": self.case, "author": self.user, "version": self.version}

    def given(self, *names: str) -> Given:
        """Some of the values of the form."""
        return {name: self.form.cleaned_data[name] for name in names}


def work(name: str, order: Order) -> None:
    """Do what a valid form, or a button, asks for. Raises what the verbs raise."""
    _VERBS[name](order)


def _reply(order: Order) -> None:
    after = order.form.cleaned_data["after"]
    with reply_files(order.uploads) as files:
        same = {**order.author, **order.given("text", "language", "german"), "files": files}
        if after == "closed":
            actions.reply_and_close(**same, **order.given("reason"))
        else:
            actions.reply(**same, waiting=after == "waiting")


def _translate(order: Order) -> None:
    message = Message.objects.filter(case=order.case, pk=order.form.cleaned_data["message"]).first()
    if message is None:
        raise actions.NotPossible(gettext("This message is not here any more."))
    actions.add_translation(message=message, language=SOURCE, **order.by, **order.given("text"))


def _cancel(order: Order) -> None:
    found = Appointment.objects.filter(case=order.case, pk=order.form.cleaned_data["appointment"]).first()
    if found is None:
        raise actions.NotPossible(gettext("This appointment was cancelled already or is over."))
    actions.cancel_appointment(appointment=found, **order.by)


_VERBS: dict[str, Callable[[Order], Any]] = {
    "take": lambda it: actions.take(case=it.case, user=it.user, version=it.version),
    "assign": lambda it: actions.assign(to=it.form.chosen, **it.by),
    "reply": _reply,
    "note": lambda it: actions.add_note(**it.author, **it.given("text")),
    "translate": _translate,
    "status": lambda it: actions.set_status(**it.by, **it.given("status")),
    "ask": lambda it: actions.ask_for(**it.author, **it.given("questions", "items", "own")),
    "appoint": lambda it: actions.make_appointment(**it.by, **it.given("starts_at", "minutes", "mode", "place")),
    "cancel": _cancel,
    "transfer": lambda it: actions.transfer(**it.by, **it.given("to", "reason", "note", "with_notes")),
    "refer": lambda it: actions.refer(**it.by, **it.given("to")),
    "close": lambda it: actions.close(**it.by, **it.given("reason")),
    "tag": lambda it: actions.add_tag(**it.by, name=it.form.cleaned_data["tag"]),
    "untag": lambda it: actions.remove_tag(**it.by, name=it.form.cleaned_data["tag"]),
    "reopen": lambda it: actions.reopen(**it.by),
    "hold": lambda it: actions.hold_retention(**it.by, **it.given("until", "reason")),
    "unhold": lambda it: actions.release_retention(**it.by),
    "erase_ask": lambda it: actions.ask_to_erase(**it.by, **it.given("reason")),
    "erase_no": lambda it: actions.refuse_erasing(**it.by),
    "erase_yes": lambda it: actions.confirm_erasing(**it.by, proved=it.proved),
}
