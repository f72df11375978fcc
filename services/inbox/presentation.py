"""How cases are said in words: to staff in German labels with the original beside them, to the person in theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from babel import Locale
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.languages import LANGUAGES, SOURCE, Language, language
from portal.templatetags.portal_tags import short_date
from services.inbox.codes import Verb
from services.inbox.models import Case, CaseEvent
from services.inbox.statuses import CaseStatus, CloseReason, EraseWish, HoldReason, Topic, TransferReason, TranslatedBy

if TYPE_CHECKING:
    from portal.models import User


@dataclass(frozen=True)
class Answer:
    """One answer: in the reader's language and, where it was given in another one, as the person saw it."""

    label: str
    text: str
    text_language: Language | None
    original_label: str = ""
    original: str = ""
    original_language: Language | None = None


@dataclass(frozen=True)
class Due:
    """A deadline in words; `tone` is bad, warning or plain and never the only sign."""

    text: str
    tone: str


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    at: datetime
    who: str
    what: str
    detail: str
    seq: int
    verb: str


@dataclass(frozen=True)
class State:
    """Where a request stands and what happens next, in words for the person who sent it."""

    title: str
    next: str


def answers_for_staff(document: dict[str, Any] | None, asked_in: str) -> list[Answer]:
    """The answers under German labels, with the original beside them when the person was asked in another language."""
    return [_answer(entry, SOURCE, asked_in) for entry in _entries(document)]


def answers_for_person(document: dict[str, Any] | None, asked_in: str) -> list[Answer]:
    """The answers as the person gave them."""
    return [_answer(entry, asked_in, asked_in) for entry in _entries(document)]


def _entries(document: dict[str, Any] | None) -> list[dict[str, Any]]:
    found = document.get("entries") if isinstance(document, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _answer(entry: dict[str, Any], read_in: str, asked_in: str) -> Answer:
    label, text = entry.get("label"), entry.get("text")
    shown = _in(text, read_in)
    own = _in(text, asked_in) or _flat(entry.get("value"))
    if shown is None:  # free text exists in the person's words only
        return Answer(_in(label, read_in) or _flat(entry.get("key")), own, language(asked_in))
    foreign = asked_in != read_in and own != shown
    return Answer(
        label=_in(label, read_in) or _flat(entry.get("key")),
        text=shown,
        text_language=None,
        original_label=(_in(label, asked_in) or "") if foreign else "",
        original=own if foreign else "",
        original_language=language(asked_in) if foreign else None,
    )


def _in(words: Any, code: str) -> str | None:
    if isinstance(words, dict):
        return _flat(words[code]) if words.get(code) is not None else None
    return _flat(words) if words is not None else None


def _flat(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_flat(part) for part in value)
    return "" if value is None else str(value)


def language_name(code: str) -> str:
    """Name of a language in the reader's language (CLDR): staff cannot read `العربية`."""
    entry = language(code)
    if entry.code in {"de-simple", "ku"}:  # CLDR says just German and just Kurdish
        return entry.endonym
    reader = Locale.parse(language(get_language()).cldr)
    return reader.languages.get(entry.code) or reader.languages.get(entry.cldr) or entry.endonym


def language_choices() -> list[tuple[str, str]]:
    """All languages by their name in the reader's language, sorted by it."""
    return sorted(((entry.code, language_name(entry.code)) for entry in LANGUAGES), key=lambda pair: pair[1].casefold())


def topic_names(codes: Iterable[str]) -> list[str]:
    """Topics in words; a code of somebody's own form is shown as it is."""
    return [str(Topic(code).label) if code in Topic.values else str(code) for code in codes]


def name_of(user: User | None) -> str:
    """How a colleague is called."""
    return (user.get_full_name() or user.get_username()) if user else ""


def due_words(due_at: datetime | None, at: datetime) -> Due | None:
    """A deadline as staff say it: overdue, today, in three days."""
    if due_at is None:
        return None
    days = (timezone.localtime(due_at).date() - timezone.localtime(at).date()).days
    if due_at < at:
        late = -days
        return Due(ngettext("Overdue for {count} day", "Overdue for {count} days", late).format(count=late), "bad")
    if days == 0:
        return Due(_("Due today"), "warning")
    return Due(ngettext("Due in {count} day", "Due in {count} days", days).format(count=days), "plain")


def history_lines(case: Case) -> list[Line]:
    """Who did what with a case, newest first."""
    events = list(case.events.select_related("actor").order_by("-seq"))
    colleagues = _colleagues(event.meta.get("to") for event in events)
    return [
        Line(
            at=event.created_at,
            who=_actor(event),
            what=str(Verb(event.verb).label),
            detail=_detail(event, colleagues),
            seq=event.seq,
            verb=event.verb,
        )
        for event in events
    ]


def _colleagues(keys: Iterable[Any]) -> dict[int, str]:
    from portal.models import User

    return {user.pk: name_of(user) for user in User.objects.filter(pk__in={key for key in keys if key})}


def _actor(event: CaseEvent) -> str:
    if event.actor_id is None:
        return _("The person")
    return name_of(event.actor) or _("Former colleague")


def _detail(event: CaseEvent, colleagues: dict[int, str]) -> str:
    match event.verb:
        case Verb.ASSIGNED:
            return _("to {name}").format(name=colleagues.get(event.meta.get("to") or 0, _("Former colleague")))
        case Verb.STATUS:
            return _("from {old} to {new}").format(
                old=CaseStatus(event.meta["old"]).label, new=CaseStatus(event.meta["new"]).label
            )
        case Verb.CLOSED:
            return str(CloseReason(event.meta["reason"]).label)
        case Verb.TRANSFERRED:
            return str(TransferReason(event.meta["reason"]).label)
        case Verb.HELD:
            until = short_date(date.fromisoformat(event.meta["until"]))
            return _("until {day}: {reason}").format(day=until, reason=HoldReason(event.meta["reason"]).label)
        case Verb.ERASE_ASKED:
            return str(EraseWish(event.meta["reason"]).label)
        case Verb.TRANSLATED:
            return str(TranslatedBy(event.meta["by"]).label)
    return ""


def state_for_person(case: Case, at: datetime) -> State:
    """What the status page says. Never an end without a next step."""
    match case.status:
        case CaseStatus.RECEIVED:
            return State(_("Your request has arrived."), _late(case, at) or _("A person at the office will read it."))
        case CaseStatus.ASSIGNED:
            return State(
                _("A person is working on your request."), _late(case, at) or _("You will get an answer here.")
            )
        case CaseStatus.CONTACTED:
            following = _late(case, at) or _("The office goes on working for you. New messages appear on this page.")
            return State(_("The office has been in contact with you."), following)
        case CaseStatus.WAITING:
            return State(_("The office is waiting for you."), _("Please read the last message and write back below."))
        case CaseStatus.REFERRED:
            return State(_("Another body helps you now."), _("Please read the last message. You can still write here."))
        case CaseStatus.CLOSED:
            return State(_("Your request is closed."), _("Do you need more help? Write below; then it goes on."))
    return State(
        _("You have withdrawn this request."), _("What you wrote has been erased. You can send a new request any time.")
    )


def _late(case: Case, at: datetime) -> str:
    if case.due_at is not None and case.due_at < at:
        return _("We are sorry: it takes longer than planned. You can also call the office or visit it.")
    return ""
