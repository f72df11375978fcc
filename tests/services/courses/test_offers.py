"""Offers end at the right moment, on a working day, and never after the course has begun."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from portal.errors import DomainError
from portal.models import OutboxMessage
from services.courses import interest_actions, seat_actions, seat_retention
from services.courses.concerned import concerned_by
from services.courses.models import CourseInterest, CourseMail, Enrolment
from services.courses.seat_mails import write_course_mails
from services.courses.seat_people import GONE, Desk
from services.courses.seat_rules import offer_until
from services.courses.seat_statuses import CourseMailKind
from tests.services.courses import seat_factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def at(*parts):
    return timezone.make_aware(datetime(*parts))


@pytest.fixture
def run(portal):
    """One place; starts on Monday, 1 March 2027."""
    return seat_factories.run(portal, capacity_max=1, starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 30))


def three(run, now):
    return [seat_factories.enrolled(run, number, at=now + timedelta(minutes=number)) for number in range(3)]


def state_of(row):
    row.refresh_from_db()
    return row.state


def test_an_offer_ends_at_six_in_the_evening_of_a_working_day(run):
    assert offer_until(run, at(2027, 1, 11, 9, 0)) == at(2027, 1, 14, 18, 0)
    # Three days from Wednesday night: Saturday night becomes Monday.
    assert offer_until(run, at(2027, 1, 13, 20, 0)) == at(2027, 1, 18, 18, 0)
    # The hours end on Epiphany, a holiday in Baden-Württemberg.
    assert offer_until(run, at(2027, 1, 3, 10, 0)) == at(2027, 1, 7, 18, 0)


def test_no_offer_lasts_beyond_the_eve_of_the_course_and_none_is_made_too_late(run):
    assert offer_until(run, at(2027, 2, 27, 9, 0)) == at(2027, 2, 28, 18, 0)
    assert offer_until(run, at(2027, 2, 28, 15, 0)) is None
    run.entry = "rolling"
    assert offer_until(run, at(2027, 3, 8, 9, 0)) == at(2027, 3, 11, 18, 0)
    run.register_until = date(2027, 3, 9)
    assert offer_until(run, at(2027, 3, 8, 9, 0)) == at(2027, 3, 9, 18, 0)


def test_an_offer_holds_until_its_last_second_and_then_goes_to_the_next(run):
    first, second, third = three(run, at(2027, 1, 11, 8, 0))
    seat_actions.withdraw(enrolment=first, at=at(2027, 1, 11, 9, 0))
    end = at(2027, 1, 14, 18, 0)
    assert seat_actions.expire_offers(end - timedelta(seconds=1)) == 0
    assert state_of(second) == "offered"
    assert seat_actions.expire_offers(end) == 1
    assert (state_of(second), state_of(third)) == ("expired", "offered")
    assert third.offer_expires_at == at(2027, 1, 18, 18, 0)
    assert seat_actions.expire_offers(end) == 0
    assert CourseMail.objects.filter(kind="expired").count() == 1


def test_an_offer_cannot_be_taken_after_its_time_even_before_the_worker_came(run):
    first, second, _third = three(run, at(2027, 1, 11, 8, 0))
    seat_actions.withdraw(enrolment=first, at=at(2027, 1, 11, 9, 0))
    with pytest.raises(DomainError):
        seat_actions.accept_offer(enrolment=second, at=at(2027, 1, 14, 18, 0))
    taken = seat_actions.accept_offer(enrolment=second, at=at(2027, 1, 14, 17, 59, 59))
    assert taken.state == "confirmed"


def test_who_missed_an_offer_may_wait_again_at_the_end(run):
    first, second, third = three(run, at(2027, 1, 11, 8, 0))
    seat_actions.withdraw(enrolment=first, at=at(2027, 1, 11, 9, 0))
    seat_actions.expire_offers(at(2027, 1, 14, 18, 0))
    again = seat_actions.wait_again(enrolment=second, at=at(2027, 1, 15, 8, 0))
    assert again.state == "waiting"
    assert state_of(third) == "offered"


def test_on_the_last_day_nobody_is_offered_anything_and_nobody_overtakes(run):
    first, second, _third = three(run, at(2027, 1, 11, 8, 0))
    late = at(2027, 2, 28, 16, 0)
    seat_actions.withdraw(enrolment=first, at=late)
    assert state_of(second) == "waiting"
    newcomer = seat_factories.enrolled(run, 9, at=late)
    assert (newcomer.state, newcomer.queue_no) == ("waiting", 3)


def test_a_run_changed_behind_our_back_is_settled_by_the_worker(run):
    _first, second, _third = three(run, at(2027, 1, 11, 8, 0))
    type(run).objects.update(capacity_max=2)
    seat_actions.expire_offers(at(2027, 1, 12, 9, 0))
    assert state_of(second) == "offered"


def test_an_interest_is_reminded_once_renewed_and_at_last_forgotten(portal):
    start = at(2027, 1, 11, 9, 0)
    row = seat_factories.interested(portal, at=start)
    assert interest_actions.remind_interests(start + timedelta(days=160)) == 0
    soon = start + timedelta(days=interest_actions.KEPT_DAYS - 10)
    assert (interest_actions.remind_interests(soon), interest_actions.remind_interests(soon)) == (1, 0)
    interest_actions.renew_interest(interest=row, at=soon)
    assert interest_actions.erase_expired_interests(start + timedelta(days=190)) == 0
    end = soon + timedelta(days=interest_actions.KEPT_DAYS)
    assert interest_actions.count_expired_interests(end) == 1
    assert interest_actions.erase_expired_interests(end) == 1
    assert not CourseInterest.objects.exists()
    assert not CourseMail.objects.exists()


def test_a_second_interest_with_the_same_mail_replaces_the_first(portal):
    seat_factories.interested(portal, level="A1")
    seat_factories.interested(portal, level="B1")
    assert [row.level for row in CourseInterest.objects.all()] == ["B1"]


def test_people_are_forgotten_thirty_days_after_leaving_and_half_a_year_after_the_course(run):
    first, second, _third = three(run, at(2027, 1, 11, 8, 0))
    seat_actions.withdraw(enrolment=first, at=at(2027, 1, 11, 9, 0))
    assert seat_retention.forget_people(at(2027, 2, 9, 9, 0)) == 0
    assert seat_retention.forget_people(at(2027, 2, 11, 9, 0)) == 1
    first.refresh_from_db()
    assert (Desk().open(first), first.contact_stamp, first.person_stamp) == (GONE, "", "")
    assert Desk().open(second).name
    after = at(2027, 6, 30, 9, 0) + timedelta(days=seat_retention.OVER_DAYS + 2)
    assert seat_retention.count_people(after) == 2
    assert seat_retention.forget_people(after) == 2
    assert Enrolment.objects.count() == 3


def test_a_changed_run_concerns_its_people_each_address_once(run, portal):
    three(run, at(2027, 1, 11, 8, 0))
    seat_factories.interested(portal, 1, run=run)
    seat_factories.interested(portal, 7, run=run)
    seat_factories.interested(portal, 8)
    told = [(one.address, one.because, one.language) for one in concerned_by(run)]
    assert sorted(told) == [
        ("p0@example.org", "seat", "ar"),
        ("p1@example.org", "waiting", "ar"),
        ("p2@example.org", "waiting", "ar"),
        ("p7@example.org", "interest", "uk"),
    ]
    ends = {one.address: one.stop for one in concerned_by(run)}
    assert ends["p7@example.org"].startswith("/uk/courses/interest/")
    assert ends["p0@example.org"] == ""


def test_every_mail_is_worded_and_no_subject_names_the_course(run, portal):
    now = timezone.now()
    waiting = [seat_factories.enrolled(run, number, language="fr", at=now) for number in range(2)][1]
    run.cancel_reason = "too_few"
    run.status = "cancelled"
    run.save()
    interest = seat_factories.interested(portal, language="fr")
    CourseMail.objects.all().delete()
    for number, kind in enumerate(CourseMailKind):
        about = {"interest": interest} if kind in ("listed", "renew") else {"enrolment": waiting}
        CourseMail.objects.create(kind=kind, number=number, created_at=now, **about)
    assert write_course_mails() == len(CourseMailKind)
    for mail in OutboxMessage.objects.all():
        assert "/fr/courses/place/" in mail.body
        assert "{" not in mail.body + mail.subject
        assert run.course.get_family_display() not in mail.subject
        assert mail.recipient == ""
