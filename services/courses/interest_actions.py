"""The list of interest: for whom there is no course yet, or no place. Renewed by link, erased by link or by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import DomainError, require
from portal.models import District
from portal.seats import lock
from services.courses.models import CourseInterest, CourseMail, CourseRun, Enrolment
from services.courses.seat_people import Person, channel_of, code_from, code_hash, seal_person
from services.courses.seat_permissions import can_see_people
from services.courses.seat_rules import learner_level
from services.courses.seat_settling import locked, settle_run
from services.courses.seat_statuses import Channel, CourseMailKind, EnrolmentState

KEPT_DAYS = 182
"""Half a year, renewable by link (handbook: domain §5.7)."""
REMIND_DAYS = 21
"""Days before the end on which the link to renew is sent, once."""
BATCH = 200
CAN_LEAVE = (EnrolmentState.CANCELLED, EnrolmentState.WAITING, EnrolmentState.EXPIRED, EnrolmentState.REFUSED)
"""Where an enrolment may become an interest: no place, and none to lose."""


@transaction.atomic
def register_interest(
    *,
    district: District,
    person: Person,
    once: str,
    language: str,
    level: str,
    channel: str = "",
    municipality: Any = None,
    times: list[str] | None = None,
    children: int = 0,
    women_only: bool = False,
    needs_literacy: bool = False,
    run: CourseRun | None = None,
    user: Any = None,
    at: datetime | None = None,
) -> tuple[CourseInterest, str]:
    """Put a person on the list; returns the row and the code of their personal link. `user`: staff do it for them.

    Who is on the list already with this mail address replaces what they said before; so nobody is counted twice and
    no stranger learns that they were there. Raises `KeyMissing`.
    """
    if user is not None:
        require(can_see_people(user))
    now, code = at or timezone.now(), code_from(once)
    lock(District.objects.filter(pk=district.pk))  # the same form twice in one moment is still one person
    known = CourseInterest.objects.of(district).filter(token_hash=code_hash(code)).first()
    if known is not None:
        return known, code
    row = CourseInterest(
        district=district,
        language=language,
        channel=channel or channel_of(person),
        level=level,
        municipality=municipality,
        times=times or [],
        children=children,
        women_only=women_only,
        needs_literacy=needs_literacy,
        run=run,
        created_at=now,
        expires_at=now + timedelta(days=KEPT_DAYS),
    )
    seal_person(row, Person(person.name, person.email, person.phone, person.remarks, code))
    if row.channel == Channel.MAIL:
        CourseInterest.objects.of(district).filter(contact_stamp=row.contact_stamp).delete()
    row.full_clean(exclude=["sealed", "sealed_key", "district"], validate_unique=False)
    row.save(force_insert=True)
    _write(row, CourseMailKind.LISTED, now)
    return row, code


@transaction.atomic
def renew_interest(*, interest: CourseInterest, at: datetime | None = None) -> CourseInterest:
    """The person still looks for a course: another half year from now."""
    now = at or timezone.now()
    row: CourseInterest = CourseInterest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    row.expires_at, row.reminded_at = now + timedelta(days=KEPT_DAYS), None
    row.save(update_fields=["expires_at", "reminded_at"])
    return row


@transaction.atomic
def erase_interest(*, interest: CourseInterest, user: Any = None) -> None:
    """Nothing is kept: the person wants it, or staff on their behalf."""
    if user is not None:
        require(can_see_people(user))
    CourseInterest.objects.filter(pk=interest.pk).delete()


@transaction.atomic
def enrolment_to_interest(
    *, enrolment: Enrolment, municipality: Any = None, user: Any = None, at: datetime | None = None
) -> CourseInterest:
    """Go on as an interest, with the same envelope and the same link; the enrolment is gone. Needs no key.

    Possible for who waits, whose offer ended, who was not accepted or whose course was cancelled.
    """
    if user is not None:
        require(can_see_people(user, enrolment.run))
    now = at or timezone.now()
    run = locked(enrolment.run)
    row: Enrolment = Enrolment.objects.get(pk=enrolment.pk)
    if row.state not in CAN_LEAVE or not row.sealed:
        raise DomainError(_("This is not possible any more. Somebody changed it meanwhile."))
    interest = CourseInterest(
        id=row.pk,
        district_id=row.district_id,
        language=row.language,
        channel=row.channel,
        sealed=row.sealed,
        sealed_key=row.sealed_key,
        key_version=row.key_version,
        contact_stamp=row.contact_stamp,
        token_hash=row.token_hash,
        level=learner_level(run),
        municipality=municipality,
        times=[run.time_of_day] if run.time_of_day else [],
        children=row.children,
        women_only=run.women_only,
        run=run,
        created_at=now,
        expires_at=now + timedelta(days=KEPT_DAYS),
    )
    if interest.channel == Channel.MAIL:
        CourseInterest.objects.of(run.district).filter(contact_stamp=row.contact_stamp).delete()
    interest.save(force_insert=True)
    row.delete()
    settle_run(run, now)
    _write(interest, CourseMailKind.LISTED, now)
    return interest


def remind_interests(at: datetime | None = None) -> int:
    """Ask those whose time ends soon whether they still look for a course; return how many. A job of the worker."""
    now = at or timezone.now()
    soon = CourseInterest.objects.live(now).filter(
        expires_at__lte=now + timedelta(days=REMIND_DAYS), reminded_at=None, channel=Channel.MAIL
    )
    pks = list(soon.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
    return sum(_remind(pk, now) for pk in pks)


@transaction.atomic
def _remind(pk: Any, now: datetime) -> int:
    row = CourseInterest.objects.select_for_update(of=("self",)).filter(pk=pk, reminded_at=None).first()
    if row is None:
        return 0
    row.reminded_at = now
    row.save(update_fields=["reminded_at"])
    _write(row, CourseMailKind.RENEW, now)
    return 1


def erase_expired_interests(at: datetime) -> int:
    """Delete the interests whose time is over; return how many."""
    gone = 0
    while pks := list(CourseInterest.objects.expired(at).order_by().values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            gone += CourseInterest.objects.expired(at).filter(pk__in=pks).delete()[1].get("services.CourseInterest", 0)
    return gone


def count_expired_interests(at: datetime) -> int:
    """How many interests are over."""
    return CourseInterest.objects.expired(at).count()


def _write(row: CourseInterest, kind: CourseMailKind, now: datetime) -> None:
    if row.channel == Channel.MAIL:
        CourseMail.objects.create(interest=row, kind=kind, number=int(now.timestamp()), created_at=now)
