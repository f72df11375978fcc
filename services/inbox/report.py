"""Everything that is kept about a request, for the person it belongs to (right of access, Art. 15 GDPR).

Colleagues appear as their office: the person has a right to what was done, not to the names of employees.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.errors import require
from portal.languages import SOURCE
from portal.languages import language as language_of
from portal.printing import pdf
from services.inbox import envelopes, presentation
from services.inbox.audit_permissions import can_make_report
from services.inbox.beats import NotPossible, hold
from services.inbox.codes import ReportForm, ReportReason, Verb
from services.inbox.due import Rules, erased_after
from services.inbox.history import record
from services.inbox.models import CaseEvent
from services.inbox.statuses import Direction

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.envelopes import Content
    from services.inbox.models import Case


def make_report(*, case: Case, by: User, form: str, language: str, reason: str, with_notes: bool) -> bytes:
    """The file for the person, as PDF or JSON. It is recorded before anything is decrypted.

    `language` is the person's or German; `with_notes` adds the internal notes, which the office has looked through for
    what concerns other people. Raises `NotPossible` for another language, `KeyMissing`, `Unreadable`, and
    `portal.printing.PrintingMissing`.
    """
    kind, why = ReportForm(form), ReportReason(reason)
    if language not in {SOURCE, case.language}:
        raise NotPossible(_("The report can be made in German or in the language of the person."))
    with transaction.atomic():
        row = hold(case)
        require(can_make_report(by, row))
        record(row, Verb.REPORTED, actor=by, form=kind, language=language, reason=why, notes=with_notes)
        key = envelopes.key_for_office(row)
    content = envelopes.open_content(row, key, with_notes=with_notes)
    with translation.override(language):
        facts = report_facts(row, content, language)
    if kind == ReportForm.JSON:
        return json.dumps(facts, ensure_ascii=False, indent=2).encode()
    return pdf("services/inbox/paper_report.html", {"report": facts}, language=language)


def report_facts(case: Case, content: Content, language: str) -> dict[str, Any]:
    """What the report says, in the active language: plain values only."""
    return {
        "number": case.submission.number,
        "district": case.district.name,
        "office": case.office.name,
        "made_on": _day(timezone.now()),
        "received": _moment(case.created_at),
        "form": case.submission.form_key,
        "language": presentation.language_name(case.language),
        "status": presentation.state_for_person(case, timezone.now()).title,
        "municipality": case.municipality.name if case.municipality else "",
        "topics": presentation.topic_names(case.topics),
        "kept_until": _kept_until(case),
        "answers": _answers(case, content, language),
        "messages": [
            {
                "from": _("You") if opened.row.direction == Direction.IN else _("The office"),
                "at": _moment(opened.row.created_at),
                "language": opened.row.language,
                "direction": language_of(opened.row.language).direction,
                "text": _readable(opened.text),
            }
            for opened in content.messages
        ],
        "notes": [{"at": _moment(opened.row.created_at), "text": _readable(opened.text)} for opened in content.notes],
        "events": [_event(event) for event in CaseEvent.objects.filter(case_id=case.pk).order_by("seq")],
    }


def _answers(case: Case, content: Content, language: str) -> list[dict[str, str]]:
    if language == case.language:
        answers = presentation.answers_for_person(content.document, case.language)
    else:
        answers = presentation.answers_for_staff(content.document, case.language)
    return [{"question": answer.label, "answer": answer.text, "original": answer.original} for answer in answers]


def _event(event: CaseEvent) -> dict[str, str]:
    who = _("You") if event.actor_id is None else _("The office")
    if event.verb in {Verb.ERASED, Verb.ESCALATED} and event.actor_id is None:
        who = _("Automatic")
    return {"at": _moment(event.created_at), "who": who, "what": str(Verb(event.verb).label)}


def _kept_until(case: Case) -> str:
    if case.hold_until is not None:
        return _day(case.hold_until)
    found = erased_after(case, Rules(case.district_id))
    # The worker comes within a day.
    return _day(found.at + timedelta(days=1)) if found else ""


def _readable(text: str | None) -> str:
    return _("This text cannot be opened.") if text is None else text


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _day(at: Any) -> str:
    day = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return str(day.isoformat())
