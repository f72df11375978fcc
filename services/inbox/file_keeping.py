"""The files of closed cases go earlier than the rest of them: nobody needs a copy of a passport after the help."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from services.inbox.codes import RetentionClass, Verb
from services.inbox.due import DAYS, Rules
from services.inbox.file_models import Attachment
from services.inbox.files import erase_sent_files
from services.inbox.history import record
from services.inbox.models import Case, RetentionRule
from services.inbox.statuses import CaseStatus

BATCH = 500
"""Cases of one run of the worker at most."""


def files_go_at(case: Case, rules: Rules) -> datetime | None:
    """When the files of a case go: some days after closing (handbook: domain §5.7); None while it is not closed."""
    if case.status != CaseStatus.CLOSED or case.closed_at is None:
        return None
    days = rules.days(RetentionClass.ATTACHMENTS, case.office_id, case.submission.form_key)
    return case.closed_at + timedelta(days=days)


def coming_files(cases: Any, *, until: datetime) -> Iterator[tuple[Case, datetime, int]]:
    """Cases whose files go up to a moment and that nobody holds then, with the moment and how many files."""
    shortest = RetentionRule.objects.filter(kind=RetentionClass.ATTACHMENTS).values_list("days", flat=True)
    before = until - timedelta(days=min([DAYS[RetentionClass.ATTACHMENTS], *shortest]))
    sent = Attachment.objects.sent().filter(case=OuterRef("pk")).order_by()
    rows = cases.filter(Exists(sent), status=CaseStatus.CLOSED, closed_at__lte=before)
    rows = rows.select_related("submission").defer("answers_ct").order_by("closed_at", "pk")
    rules: dict[int, Rules] = {}
    for case in list(rows):  # read to the end first: the files go while the caller walks
        known = rules.setdefault(case.district_id, Rules(case.district_id))
        moment = files_go_at(case, known)
        if moment is not None and moment <= until and not _held(case, until):
            yield case, moment, case.attachments.sent().count()


def files_by_office(cases: Any, *, until: datetime) -> dict[int, int]:
    """How many files go up to a moment, by office."""
    numbers: dict[int, int] = {}
    for case, _moment, count in coming_files(cases, until=until):
        numbers[case.office_id] = numbers.get(case.office_id, 0) + count
    return numbers


def erase_files_of_closed(*, at: datetime | None = None, limit: int = BATCH) -> int:
    """Erase the files whose time is over; return how many. Each case in its own transaction, safe to kill and repeat.

    A file that the person has just added and not sent yet stays: its message opens the case again.
    """
    now = at or timezone.now()
    return sum(_erase_if_due(pk, now) for pk in islice(_due(now), limit))


def count_files_of_closed(*, at: datetime) -> int:
    """How many files would go now."""
    due = list(_due(at))
    return int(Attachment.objects.sent().filter(case__in=due).aggregate(number=Count("pk"))["number"])


def _due(at: datetime) -> Iterator[uuid.UUID]:
    for case, _moment, _count in coming_files(Case.objects.all(), until=at):
        yield case.pk


def _held(case: Case, at: datetime) -> bool:
    return case.hold_until is not None and case.hold_until >= timezone.localtime(at).date()


@transaction.atomic
def _erase_if_due(pk: uuid.UUID, at: datetime) -> int:
    """Look again under the lock: meanwhile the person may have written, or somebody held the case."""
    case = Case.objects.select_for_update().select_related("submission").filter(pk=pk).first()
    if case is None or _held(case, at):
        return 0
    moment = files_go_at(case, Rules(case.district_id))
    if moment is None or moment > at:
        return 0
    gone = erase_sent_files(case)
    if gone:
        record(case, Verb.FILES_ERASED, files=gone)
    return gone
