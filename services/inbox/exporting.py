"""Cases leave the inbox in a file: chosen columns, with a reason, recorded in every case before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import require
from portal.sealing import KeyMissing, Unreadable
from services.inbox import envelopes, presentation
from services.inbox.beats import NotPossible
from services.inbox.codes import ExportFormat, Verb
from services.inbox.envelopes import Content
from services.inbox.history import record_many
from services.inbox.listing import Asked, rows_of
from services.inbox.models import Case, CaseExport
from services.inbox.permissions import is_member
from services.inbox.statuses import Direction

if TYPE_CHECKING:
    from portal.models import User

MOST = 5_000
"""Cases in one file."""
MOST_WITH_CONTENT = 500
"""Cases in one file with what people wrote: each is decrypted on its own."""
AT_ONCE = 200
REASON = (10, 200)
"""Characters that a reason has."""


@dataclass(frozen=True)
class Column:
    """A column of the file. Those with `content` hold what people wrote and are never chosen beforehand."""

    label: Any
    read: Callable[[Case, Content | None], Any]
    content: bool = False


COLUMNS: dict[str, Column] = {
    "number": Column(gettext_lazy("Number"), lambda case, _c: case.submission.number),
    "received": Column(gettext_lazy("Received"), lambda case, _c: case.created_at),
    "due": Column(gettext_lazy("Answer due"), lambda case, _c: case.due_at),
    "urgency": Column(gettext_lazy("Urgency"), lambda case, _c: case.get_urgency_display()),
    "status": Column(gettext_lazy("Status"), lambda case, _c: case.get_status_display()),
    "topics": Column(gettext_lazy("Topics"), lambda case, _c: presentation.topic_names(case.topics)),
    "municipality": Column(
        gettext_lazy("Municipality"), lambda case, _c: case.municipality.name if case.municipality else ""
    ),
    "language": Column(gettext_lazy("Language"), lambda case, _c: presentation.language_name(case.language)),
    "interpreter": Column(gettext_lazy("Interpreter"), lambda case, _c: _("yes") if case.interpreter else _("no")),
    "office": Column(gettext_lazy("Office"), lambda case, _c: case.office.name),
    "assigned": Column(gettext_lazy("Assigned to"), lambda case, _c: presentation.name_of(case.assigned_to)),
    "tags": Column(gettext_lazy("Tags"), lambda case, _c: [tag.name for tag in case.tags.all()]),
    "form": Column(gettext_lazy("Form"), lambda case, _c: case.form_key),
    "channel": Column(
        gettext_lazy("Way"), lambda case, _c: _("with a helper") if case.submission.assisted else _("form")
    ),
    "answered": Column(gettext_lazy("First answer"), lambda case, _c: case.first_answered_at),
    "closed": Column(gettext_lazy("Closed on"), lambda case, _c: case.closed_at),
    "close_reason": Column(gettext_lazy("Reason"), lambda case, _c: case.get_close_reason_display()),
    "answers": Column(gettext_lazy("Answers of the person"), lambda case, content: _answers(case, content), True),
    "conversation": Column(gettext_lazy("Conversation"), lambda _case, content: _conversation(content), True),
    "notes": Column(gettext_lazy("Internal notes"), lambda _case, content: _notes(content), True),
}
USUAL = ("number", "received", "due", "urgency", "status", "topics", "municipality", "language", "assigned")
"""Columns that are chosen beforehand."""


@transaction.atomic
def export_cases(
    *, by: User, asked: Asked, columns: Sequence[str], file_format: str, reason: str
) -> tuple[CaseExport, list[Any]]:
    """Record that this person takes these cases out; return the record and the keys, for `rows_for`.

    Every case gets a line in its history. Raises `NotPossible` without a reason, without cases, with too many.
    """
    names = [name for name in COLUMNS if name in set(columns)]
    with_content = any(COLUMNS[name].content for name in names)
    most = MOST_WITH_CONTENT if with_content else MOST
    reason = " ".join(reason.split())
    if not names or file_format not in ExportFormat.values or not REASON[0] <= len(reason) <= REASON[1]:
        raise NotPossible(_("Please choose columns and a format and give a reason."))
    keys = list(asked.in_order.values_list("pk", flat=True)[: most + 1])
    if not keys:
        raise NotPossible(_("There is no case to export."))
    if len(keys) > most:
        raise NotPossible(_("At most {count} cases at once. Please narrow the list down.").format(count=most))
    held = _hold(by, keys)
    offices = {case.office_id for case in held}
    require(len(held) == len(keys) and all(is_member(by, office) for office in offices))
    export = CaseExport.objects.create(
        user=by,
        created_at=timezone.now(),
        format=file_format,
        columns=names,
        with_content=with_content,
        reason=reason,
        query=asked.query[:500],
        count=len(keys),
    )
    export.offices.set(offices)
    record_many(held, Verb.EXPORTED, actor=by, export=export.pk, content=with_content)
    return export, keys


def _hold(by: User, keys: list[Any]) -> list[Case]:
    """The cases, locked in one order, so that two exports do not wait for each other."""
    rows = Case.objects.visible_to(by).filter(pk__in=keys).order_by("pk")
    return list(rows.select_for_update(of=("self",)).only("pk", "office_id", "district_id"))


def rows_for(export: CaseExport, keys: Sequence[Any], by: User) -> Iterator[list[Any]]:
    """The cells of an export that was recorded. What left the inbox meanwhile is left out."""
    columns = [COLUMNS[name] for name in export.columns]
    for start in range(0, len(keys), AT_ONCE):
        for case in rows_of(by, keys[start : start + AT_ONCE]):
            content = _open(case) if export.with_content else None
            yield [column.read(case, content) for column in columns]


def _open(case: Case) -> Content:
    case.refresh_from_db(fields=["answers_ct"])
    try:
        key = envelopes.key_for_office(case)
    except (Unreadable, KeyMissing):  # erased or damaged: the cells stay empty
        key = None
    return envelopes.open_content(case, key, with_notes=True)


def _answers(case: Case, content: Content | None) -> str:
    found = presentation.answers_for_staff(content.document if content else None, case.language)
    return "\n".join(f"{answer.label}: {answer.text}" for answer in found)


def _conversation(content: Content | None) -> str:
    opened = content.messages if content else []
    return "\n\n".join(f"{_who(item.row)}: {item.text or ''}" for item in opened)


def _who(message: Any) -> str:
    return f"{timezone.localtime(message.created_at):%Y-%m-%d %H:%M}, {Direction(message.direction).label}"


def _notes(content: Content | None) -> str:
    return "\n\n".join(item.text or "" for item in (content.notes if content else []))
