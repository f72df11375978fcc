"""The district's chain vouches for the cases' chains, so that also a removed last line or a removed case shows.

Every minute the worker puts a fingerprint of all new lines into the district's chain (`anchor_events`). Somebody who
can write into the database can then neither take a line away nor forge one: the fingerprints are keyed with the pepper.
Two limits, said plainly: lines of the last minute have no fingerprint yet, and who also cuts off the end of the
district's chain shows only against a copy of its head kept elsewhere (`Report.head`; docs/operators.md).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import sealing
from portal.errors import require
from portal.models import District
from portal.outbox import queue_mail
from services.inbox.audit_permissions import can_see_audit, officers
from services.inbox.codes import DistrictVerb
from services.inbox.history import district_print, first_fault, hold_chain, note, same_print
from services.inbox.models import Case, CaseEvent, DistrictEvent, Tombstone

if TYPE_CHECKING:
    from portal.models import User

BATCH = 1000
"""Lines one line of the district's chain vouches for at most."""

KEPT_DAYS = 365
"""Days a line is kept (handbook: domain §5.7)."""


@dataclass(frozen=True)
class Fault:
    """What is wrong: `kind` is a code, `where` the number or id of a case or a line of the district's chain."""

    kind: str
    where: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}" + (f", line {self.line}" if self.line else "")


@dataclass
class Report:
    """What a check found. `head` is the last line of the district's chain: `<line>:<fingerprint>`."""

    cases: int = 0
    lines: int = 0
    head: str = ""
    faults: list[Fault] = field(default_factory=list)


# Writing ----------------------------------------------------------------------------------------------------------


def anchor_events() -> int:
    """Vouch for all new lines of all districts; return for how many. Safe to repeat, to kill and to run twice."""
    return sum(_anchor(district) for district in District.objects.order_by("pk"))


def _anchor(district: District) -> int:
    done = 0
    while count := _anchor_some(district):
        done += count
        if count < BATCH:
            break
    return done


@transaction.atomic
def _anchor_some(district: District) -> int:
    if not CaseEvent.objects.of(district).not_anchored().exists():
        return 0
    hold_chain(district)
    lines = list(CaseEvent.objects.of(district).not_anchored().order_by("pk")[:BATCH])
    if not lines:
        return 0
    heads: dict[str, int] = {}
    for line in lines:
        heads[str(line.case_id)] = max(line.seq, heads.get(str(line.case_id), 0))
    event = note(district, DistrictVerb.ANCHORED, lines=len(lines), digest=digest(lines), heads=heads)
    CaseEvent.objects.filter(pk__in=[line.pk for line in lines]).update(anchor=event.seq)
    return len(lines)


def digest(lines: Iterable[CaseEvent], version: int | None = None) -> str:
    """The fingerprint of lines in the order they were written; one more, less or other line gives another."""
    listed = [[str(line.case_id), line.seq, line.hash] for line in sorted(lines, key=lambda line: line.pk)]
    return sealing.stamp("anchor", json.dumps(listed, separators=(",", ":")).encode(), version)


@transaction.atomic
def _prune(district: District, before: datetime) -> int:
    """Erase the oldest lines of both chains, up to the first anchor with a line that is young enough."""
    hold_chain(district)
    young = CaseEvent.objects.of(district).filter(created_at__gte=before, anchor__isnull=False)
    first_young = young.order_by("anchor").values_list("anchor", flat=True).first()
    old = DistrictEvent.objects.of(district).filter(created_at__lt=before)
    if first_young is not None:
        old = old.filter(seq__lt=first_young)
    last = old.order_by("-seq").first()
    if last is None:
        return 0
    # Never beyond a line that is young itself: clocks may have been set back.
    kept = DistrictEvent.objects.of(district).filter(created_at__gte=before).order_by("seq").first()
    if kept is not None and kept.seq <= last.seq:
        last = DistrictEvent.objects.of(district).filter(seq__lt=kept.seq).order_by("-seq").first()
    if last is None:
        return 0
    gone, _kinds = CaseEvent.objects.of(district).filter(anchor__lte=last.seq).delete()
    more, _kinds = DistrictEvent.objects.of(district).filter(seq__lte=last.seq).delete()
    note(district, DistrictVerb.PRUNED, up_to=last.seq, hash=last.hash, lines=gone, before=before.isoformat())
    return gone + more


def erase_old_events(*, at: datetime | None = None) -> int:
    """Erase lines that are older than a year; return how many. Idempotent."""
    before = (at or timezone.now()) - timedelta(days=KEPT_DAYS)
    anchor_events()
    return sum(_prune(district, before) for district in District.objects.order_by("pk"))


# Checking ---------------------------------------------------------------------------------------------------------


def check(district: District, *, expected_head: str = "") -> Report:
    """Verify everything in a district. Reads all lines; for the worker at night and for `manage.py check_audit`."""
    report = Report()
    _check_district_chain(district, report, expected_head)
    _check_cases(district, report)
    _check_anchors(district, report)
    return report


def _check_district_chain(district: District, report: Report, expected_head: str) -> None:
    wanted, _colon, wanted_hash = expected_head.partition(":")
    pruned = _last_pruned(district)
    number, previous = (pruned.meta["up_to"], pruned.meta["hash"]) if pruned else (0, "")
    seen = not expected_head
    for event in DistrictEvent.objects.of(district).order_by("seq").iterator(chunk_size=2000):
        number += 1
        if event.seq != number or event.previous_hash != previous or not same_print(event.hash, event, district_print):
            report.faults.append(Fault("district_chain", district.name, number))
            number = event.seq
        previous = event.hash
        seen = seen or (wanted == str(event.seq) and wanted_hash == event.hash)
        report.lines += 1
    report.head = f"{number}:{previous}" if number else ""
    if not seen:
        report.faults.append(Fault("head_missing", district.name, int(wanted) if wanted.isdecimal() else 0))


def _last_pruned(district: District) -> DistrictEvent | None:
    rows = DistrictEvent.objects.of(district).filter(verb=DistrictVerb.PRUNED)
    found: DistrictEvent | None = rows.order_by("-seq").first()
    return found


def _check_cases(district: District, report: Report) -> None:
    pruned = _last_pruned(district)
    before = datetime.fromisoformat(pruned.meta["before"]) if pruned else None
    cases = dict(Case.objects.of(district).values_list("pk", "created_at"))
    stones = set(Tombstone.objects.of(district).values_list("case_id", flat=True))
    seen = set()
    for case_id, lines in _by_case(district):
        seen.add(case_id)
        report.cases += 1
        report.lines += len(lines)
        old = before is not None and cases.get(case_id, before) <= before
        fault = first_fault(lines, start=lines[0].seq if old else 1)
        if fault is not None:
            report.faults.append(Fault("case_chain", _called(case_id), fault))
        if case_id not in cases and case_id not in stones:
            report.faults.append(Fault("case_gone", str(case_id)))
    for case_id, created_at in cases.items():
        if case_id not in seen and not (before is not None and created_at < before):
            report.faults.append(Fault("case_without_lines", _called(case_id)))


def _by_case(district: District) -> Iterator[tuple[Any, list[CaseEvent]]]:
    rows = CaseEvent.objects.of(district).order_by("case_id", "seq").iterator(chunk_size=2000)
    for case_id, lines in groupby(rows, key=lambda line: line.case_id):
        yield case_id, list(lines)


def _check_anchors(district: District, report: Report) -> None:
    anchors = DistrictEvent.objects.of(district).filter(verb=DistrictVerb.ANCHORED).order_by("seq")
    known = set()
    for event in anchors.iterator(chunk_size=200):
        known.add(event.seq)
        lines = list(CaseEvent.objects.of(district).filter(anchor=event.seq))
        if len(lines) == event.meta.get("lines") and _fits(event.meta.get("digest", ""), lines):
            continue
        report.faults += _missing(event, lines) or [Fault("anchor", district.name, event.seq)]
    stray = CaseEvent.objects.of(district).filter(anchor__isnull=False).values_list("anchor", flat=True).distinct()
    report.faults += [Fault("anchor", district.name, seq) for seq in sorted(set(stray) - known)]


def _fits(stamped: str, lines: list[CaseEvent]) -> bool:
    head = stamped.partition(":")[0]  # the version of the pepper, which may be newer by now
    try:
        return digest(lines, int(head) if head.isascii() and head.isdigit() else None) == stamped
    except sealing.KeyMissing:
        return False


def _missing(event: DistrictEvent, lines: list[CaseEvent]) -> list[Fault]:
    """Which cases lack a line for which this anchor vouches."""
    here: dict[str, int] = defaultdict(int)
    for line in lines:
        here[str(line.case_id)] = max(line.seq, here[str(line.case_id)])
    heads: dict[str, int] = event.meta.get("heads", {})
    return [Fault("line_missing", _called(case_id), seq) for case_id, seq in heads.items() if here[case_id] < seq]


def _called(case_id: Any) -> str:
    """The number under which people know a case; its id if even that is gone."""
    case = Case.objects.filter(pk=case_id).values_list("submission__number", flat=True).first()
    stone = case or Tombstone.objects.filter(case_id=case_id).values_list("number", flat=True).first()
    return str(stone or case_id)


def check_all(*, at: datetime | None = None) -> list[Fault]:
    """Check every district and remember what was found; daily, by the worker. Faults are told by mail, as a number."""
    anchor_events()
    faults = []
    for district in District.objects.order_by("pk"):
        report = check(district)
        with transaction.atomic():
            _note_check(district, report)
            if report.faults:
                _tell_officers(
                    district, len(report.faults), timezone.localtime(at or timezone.now()).date().isoformat()
                )
        faults += report.faults
    return faults


def _note_check(district: District, report: Report, by: User | None = None) -> None:
    found = {"cases": report.cases, "lines": report.lines, "faults": len(report.faults)}
    note(district, DistrictVerb.CHECKED, actor=by, **found)


def _tell_officers(district: District, number: int, day: str) -> None:
    for user in officers():
        with translation.override(user.language):
            sentence = ngettext(
                "The record of access has {count} fault: a line was changed or removed.",
                "The record of access has {count} faults: lines were changed or removed.",
                number,
            ).format(count=number)
            closing = _("This mail says nothing more on purpose. Please log in to read:")
            body = f"{sentence}\n\n{closing}\n{settings.WAGTAILADMIN_BASE_URL}/admin/audit/\n"
            queue_mail(
                key=f"audit-fault:{district.pk}:{day}:{user.pk}",
                recipient=user.email,
                language=user.language,
                subject=_("The record of access is not whole"),
                body=body,
            )


@transaction.atomic
def check_now(*, district: District, by: User) -> Report:
    """Check a district's chains because somebody wants to know, and remember who asked and what was found."""
    require(can_see_audit(by))
    anchor_events()
    report = check(district)
    _note_check(district, report, by)
    return report


def count_old_events(*, at: datetime) -> int:
    """How many lines are older than a year."""
    return int(CaseEvent.objects.filter(created_at__lt=at - timedelta(days=KEPT_DAYS)).count())
