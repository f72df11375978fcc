"""Keys in their life: new versions, cases sealed anew, a new master key, and what is missing. For operators' commands.

Each step may be stopped and run again. Between a new version and the last case sealed anew both versions open, so
nobody waits. Texts and files are never touched: only sealed data keys and locked private halves are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from portal import sealing
from portal.models import District, OutboxMessage
from portal.outbox import recipient_place
from portal.sealing import KeyMissing, Pair, Unreadable
from services.directory.models import Office
from services.inbox import envelopes
from services.inbox.models import Case, CaseKey, EscrowKey, Notice, OfficeKey, Submission
from services.inbox.sealed_tables import all_tables
from services.inbox.statuses import KeyState, Recipient

BATCH = 200
"""Sealed keys written in one transaction."""


@transaction.atomic
def rotate_office_key(*, office: Office) -> OfficeKey:
    """Give an office a new key for everything sent from now on. The old one opens what is still sealed to it."""
    list(OfficeKey.objects.active().filter(office=office).select_for_update())
    OfficeKey.objects.active().filter(office=office).update(state=KeyState.RETIRED)
    return envelopes.new_office_key(office)


@transaction.atomic
def rotate_escrow_key(*, district: District) -> EscrowKey:
    """Give a district a new escrow key."""
    list(EscrowKey.objects.active().filter(district=district).select_for_update())
    EscrowKey.objects.active().filter(district=district).update(state=KeyState.RETIRED)
    return envelopes.new_escrow_key(district)


# Sealing anew -------------------------------------------------------------------------------------------------------


def outdated() -> QuerySet[CaseKey]:
    """Sealed keys of cases whose office or district has a newer key by now."""
    office = OfficeKey.objects.active().filter(office=OuterRef("case__office")).values("version")
    escrow = EscrowKey.objects.active().filter(district=OuterRef("case__district")).values("version")
    rows = CaseKey.objects.annotate(office_now=Subquery(office), escrow_now=Subquery(escrow))
    behind = Q(recipient=Recipient.OFFICE, key_version__lt=F("office_now"))
    return rows.filter(behind | Q(recipient=Recipient.ESCROW, key_version__lt=F("escrow_now")))


def reseal_cases(*, batch: int = BATCH) -> Iterator[tuple[int, int]]:
    """Seal the data keys of cases to the newest keys; yields, for each batch, how many were sealed and how many failed.

    Nothing else of a case is read or written. A key that does not open is left as it is, counted and passed over.
    """
    after = 0
    while True:
        pks = list(outdated().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:batch])
        if not pks:
            return
        after = pks[-1]
        yield _reseal(pks)


@transaction.atomic
def _reseal(pks: list[int]) -> tuple[int, int]:
    pair_of = lru_cache(maxsize=None)(_pair)
    rows = CaseKey.objects.select_for_update(of=("self",)).select_related("case__office", "case__district")
    done = failed = 0
    for row in rows.filter(pk__in=pks).order_by("pk"):
        newest = _newest(row)
        if newest is None or newest.version <= row.key_version:
            continue
        owner = row.case.office if row.recipient == Recipient.OFFICE else row.case.district
        try:
            key = sealing.unseal(row.sealed, pair_of(owner, row.key_version))
        except Unreadable:
            failed += 1
            continue
        sealed = sealing.seal(key, newest.public)
        # Only if nobody handed the case on meanwhile; then its key is sealed anew already.
        same = CaseKey.objects.filter(pk=row.pk, key_version=row.key_version)
        done += same.update(sealed=sealed, key_version=newest.version)
    return done, failed


def _pair(owner: Office | District, version: int) -> Pair:
    if isinstance(owner, Office):
        return envelopes.office_pair(owner, version)
    return envelopes.escrow_pair(owner, version)


def _newest(row: CaseKey) -> Any:
    if row.recipient == Recipient.OFFICE:
        return OfficeKey.objects.active().filter(office_id=row.case.office_id).first()
    return EscrowKey.objects.active().filter(district_id=row.case.district_id).first()


def _addressed() -> dict[Any, str]:
    """Tables with sealed addresses, each with its way to the district."""
    return {Notice: "submission__district", **all_tables()}


@transaction.atomic
def reseal_notices() -> int:
    """Seal the addresses for notices and other mails to the newest escrow key; return how many."""
    done = 0
    for model, path in _addressed().items():
        rows = model._default_manager.select_for_update(of=("self",)).select_related(path)
        for row in rows:
            district = attrgetter(path.replace("__", "."))(row)
            newest = EscrowKey.objects.active().get(district=district)
            if row.key_version < newest.version:
                _reseal_address(row, district, newest)
                done += 1
    return done


def _reseal_address(row: Any, district: District, newest: EscrowKey) -> None:
    content = envelopes.open_for_district(district, row.key_version, row.sealed)
    row.sealed, row.key_version = sealing.seal(content, newest.public), newest.version
    row.save(update_fields=["sealed", "key_version"])


@transaction.atomic
def remove_unused_keys() -> int:
    """Delete retired keys that open nothing any more; return how many. After that their backups may go too."""
    used = CaseKey.objects.filter(recipient=Recipient.OFFICE, case__office=OuterRef("office"))
    offices = OfficeKey.objects.filter(state=KeyState.RETIRED).exclude(version__in=used.values("key_version"))
    sealed = CaseKey.objects.filter(recipient=Recipient.ESCROW, case__district=OuterRef("district"))
    escrows = EscrowKey.objects.filter(state=KeyState.RETIRED).exclude(version__in=sealed.values("key_version"))
    for model, path in _addressed().items():
        rows = model._default_manager.filter(**{path: OuterRef("district")})
        escrows = escrows.exclude(version__in=rows.values("key_version"))
    return offices.delete()[0] + escrows.delete()[0]


# The master key -----------------------------------------------------------------------------------------------------


def relock() -> int:
    """Lock all private halves with the newest master key; return how many. Then the older file is needed no more."""
    newest, done = sealing.master_version(), 0
    for model, place in (*_LOCKED, *_ALSO):
        column = "recipient_ct" if model is OutboxMessage else "private_ct"
        for pk in model.objects.exclude(**{column: None}).values_list("pk", flat=True):
            done += _relock_one(model, column, place, pk, newest)
    return done


@transaction.atomic
def _relock_one(model: Any, column: str, place: Any, pk: Any, newest: int) -> int:
    row = model.objects.select_for_update().filter(pk=pk).first()
    locked = bytes(getattr(row, column) or b"") if row is not None else b""
    if not locked or locked[0] == newest:
        return 0
    plain = sealing.take_out(locked, place(row))
    model.objects.filter(pk=pk).update(**{column: sealing.lock_away(plain, place(row))})
    return 1


_LOCKED: tuple[tuple[Any, Any], ...] = (
    (OfficeKey, lambda row: envelopes.office_place(row.office_id, row.version)),
    (EscrowKey, lambda row: envelopes.escrow_place(row.district_id, row.version)),
    (OutboxMessage, lambda row: recipient_place(row.dedupe_key)),
)


_ALSO: list[tuple[Any, Any]] = []


def also_lock(model: Any, place: Any) -> None:
    """Name another model whose `private_ct` lies under the master key; `place` gives the place of a row."""
    _ALSO.append((model, place))


# What is missing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One line of the report. `is_bad`: somebody cannot send or read."""

    is_bad: bool
    text: str


def check_keys() -> Iterator[Finding]:
    """What is missing, does not open, or waits for its next step. Without the master key it says only that."""
    if not sealing.has_master_key():
        yield Finding(True, "No master key in LOTSE_KEY_DIR: nothing that was sent can be opened here.")
        return
    for district in District.objects.order_by("pk"):
        if not EscrowKey.objects.active().filter(district=district).exists():
            yield Finding(True, f"{district}: no escrow key. Nobody can send. Run make_keys.")
        with_key = OfficeKey.objects.active().values("office")
        for office in Office.objects.of(district).filter(takes_cases=True).exclude(pk__in=with_key):
            yield Finding(True, f"{office.code}: no key. Nobody can send to this office. Run make_keys.")
    yield from _unusable()
    yield from _orphans()
    peppers = set(sealing.pepper_versions())
    missing = {bytes(salt)[0] for salt in Submission.objects.values_list("receipt_salt", flat=True)} - peppers
    for version in sorted(missing):
        yield Finding(True, f"pepper-{version}.key is missing: receipts made with it cannot be opened by people.")
    if waiting := outdated().count():
        yield Finding(False, f"{waiting} sealed keys wait for reseal_cases.")


def _unusable() -> Iterator[Finding]:
    newest = sealing.master_version()
    for row in OfficeKey.objects.select_related("office"):
        yield from _try(row, f"{row.office.code} v{row.version}", envelopes.office_place(row.office_id, row.version))
    for key in EscrowKey.objects.select_related("district"):
        place = envelopes.escrow_place(key.district_id, key.version)
        yield from _try(key, f"escrow {key.district} v{key.version}", place)
    old = [
        model for model in (OfficeKey, EscrowKey) for row in model.objects.all() if bytes(row.private_ct)[0] != newest
    ]
    if old:
        yield Finding(False, f"{len(old)} keys are locked with an older master key. Run rotate_keys --relock.")


def _try(row: Any, name: str, place: str) -> Iterator[Finding]:
    try:
        if sealing.pair_of(sealing.take_out(row.private_ct, place)).public != bytes(row.public):
            yield Finding(True, f"{name}: the two halves of the key do not belong together.")
    except KeyMissing:
        yield Finding(True, f"{name}: locked with a master key that is not here.")
    except Unreadable:
        yield Finding(True, f"{name}: damaged, or moved from another row.")


def _orphans() -> Iterator[Finding]:
    office = OfficeKey.objects.filter(office=OuterRef("case__office")).values("version")
    escrow = EscrowKey.objects.filter(district=OuterRef("case__district")).values("version")
    ways: tuple[tuple[Recipient, Any], ...] = ((Recipient.OFFICE, office), (Recipient.ESCROW, escrow))
    for recipient, known in ways:
        lost = CaseKey.objects.filter(recipient=recipient).exclude(key_version__in=known).count()
        if lost:
            yield Finding(True, f"{lost} cases are sealed to a key of their {recipient} that is gone.")
    closed = Case.objects.exclude(answers_ct=b"").exclude(keys__recipient=Recipient.OFFICE).count()
    if closed:
        yield Finding(True, f"{closed} cases have no key of their office.")
