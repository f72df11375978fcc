"""The forms on a case's page. Lengths are checked here and not by the browser, which cuts silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.inbox.conversing import question_labels
from services.inbox.forms import MESSAGE_LENGTH, NOTE_LENGTH, set_choices, text_field
from services.inbox.models import Absence, ReplyTemplate
from services.inbox.presentation import language_choices, language_name, name_of
from services.inbox.statuses import (
    BY_HAND,
    CloseReason,
    EraseWish,
    HoldReason,
    MissingItem,
)
from services.inbox.tag_models import TAG_LENGTH

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case

CHOOSE: tuple[str, Any] = ("", gettext_lazy("Please choose"))


class CaseForm(forms.Form):
    """Ancestor of the forms on a case's page; several stand on it, so each has ids of its own."""

    name = ""

    def __init__(self, data: Any = None, *, case: Case, user: User, initial: Any = None) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s", initial=initial)
        self.case, self.user = case, user


class ReplyForm(CaseForm):
    """An answer to the person, in their language with the German text beside it."""

    name = "reply"
    template = forms.ChoiceField(label=gettext_lazy("Template"), required=False)
    text = text_field(gettext_lazy("Answer"), MESSAGE_LENGTH, 8)
    language = forms.ChoiceField(label=gettext_lazy("Language of your text"))
    german = text_field(
        gettext_lazy("The same in German"),
        MESSAGE_LENGTH,
        8,
        gettext_lazy("For colleagues, and for whoever helps the person to read. May stay empty."),
        required=False,
    )
    after = forms.ChoiceField(
        label=gettext_lazy("After that"),
        choices=[
            ("waiting", gettext_lazy("We wait for the person")),
            ("contacted", gettext_lazy("We go on working")),
            ("closed", gettext_lazy("The case is closed")),
        ],
        initial="waiting",
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason for closing"), choices=[CHOOSE, *CloseReason.choices], required=False
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, initial: Any = None) -> None:
        super().__init__(data, case=case, user=user, initial=initial)
        templates = ReplyTemplate.objects.for_office(case.office)
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in templates:
            groups.setdefault(str(row.get_purpose_display()), []).append((str(row.pk), row.name))
        set_choices(self, "template", [("", _("No template")), *groups.items()])
        set_choices(self, "language", language_choices())
        self.fields["language"].initial = case.language
        self.fields["text"].help_text = _("The person reads: {language}. Short sentences help.").format(
            language=language_name(case.language)
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("after") == "closed" and not data.get("reason"):
            self.add_error("reason", _("Please say why the case is closed."))
        return data


class TagForm(CaseForm):
    """A word with which the office sorts its cases; those it uses already are offered."""

    name = "tag"
    tag = forms.CharField(
        label=gettext_lazy("Tag"),
        max_length=TAG_LENGTH,
        help_text=gettext_lazy("A word or two for sorting, nothing about a person."),
        widget=forms.TextInput(attrs={"list": "known-tags"}),
    )


class UntagForm(CaseForm):
    """Which tag comes off."""

    name = "untag"
    tag = forms.CharField(widget=forms.HiddenInput)


class NoteForm(CaseForm):
    """A note for colleagues."""

    name = "note"
    text = text_field(
        gettext_lazy("Internal note"),
        NOTE_LENGTH,
        3,
        gettext_lazy("At most 300 characters. The person does not see it here but may ask for it by law."),
    )


class TranslateForm(CaseForm):
    """What somebody translated, beside a message."""

    name = "translate"
    message = forms.UUIDField(widget=forms.HiddenInput)
    text = text_field(gettext_lazy("German translation"), MESSAGE_LENGTH, 4)


class AssignForm(CaseForm):
    """Who acts."""

    name = "assign"
    to = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)

    def __init__(self, data: Any = None, *, case: Case, user: User, members: list[User], initial: Any = None) -> None:
        super().__init__(data, case=case, user=user, initial=initial)
        self.members = {str(member.pk): member for member in members}
        away = set(Absence.objects.on(timezone.localdate()).filter(user__in=members).values_list("user", flat=True))
        named = [
            (key, _("{name} (absent)").format(name=name_of(member)) if member.pk in away else name_of(member))
            for key, member in self.members.items()
        ]
        set_choices(self, "to", [("", _("Nobody")), *named])
        self.fields["to"].initial = str(case.assigned_to_id or "")

    @property
    def chosen(self) -> User | None:
        """The colleague, or None for nobody."""
        return self.members.get(self.cleaned_data["to"])


class StatusForm(CaseForm):
    """Where the case stands, said by hand."""

    name = "status"
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[(status.value, status.label) for status in BY_HAND]
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, initial: Any = None) -> None:
        super().__init__(data, case=case, user=user, initial=initial)
        self.fields["status"].initial = case.status


class CloseForm(CaseForm):
    """Why the case is closed."""

    name = "close"
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[CHOOSE, *CloseReason.choices])


class _AnyOf(forms.MultipleChoiceField):
    """Keys of questions: which ones there are is known once the case is open, and checked by the action."""

    def valid_value(self, value: str) -> bool:
        return 0 < len(value) <= 80


class AskForm(CaseForm):
    """What is missing."""

    name = "ask"
    items = forms.MultipleChoiceField(
        label=gettext_lazy("What is missing"),
        choices=MissingItem.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    questions = _AnyOf(
        label=gettext_lazy("Questions that need a better answer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    own = text_field(
        gettext_lazy("Your own words"),
        1000,
        3,
        gettext_lazy("Stands at the end as you write it. May stay empty."),
        required=False,
    )

    def offer(self, document: dict[str, Any] | None) -> None:
        """Offer the questions of an opened case."""
        labels = question_labels(document, self.case.language)
        set_choices(self, "questions", [(key, german) for key, (_theirs, german) in labels.items()])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("items") and not data.get("questions"):
            self.add_error("items", _("Please choose what is missing."))
        return data


class HoldForm(CaseForm):
    """Until when the case is kept, and why."""

    name = "hold"
    until = forms.DateField(
        label=gettext_lazy("Keep until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[CHOOSE, *HoldReason.choices])


class EraseAskForm(CaseForm):
    """Why the case must go now."""

    name = "erase_ask"
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[CHOOSE, *EraseWish.choices])
