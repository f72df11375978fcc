"""Places of a run: first come, first served, nobody twice, and everybody sees where they stand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from services.courses import actions, interest_actions, seat_actions, seat_staff_actions
from services.courses.models import CourseInterest, CourseMail, CourseRun, Enrolment
from services.courses.seat_mails import write_course_mails
from services.courses.seat_people import Desk, Person, code_hash, read_code
from tests.services.courses import factories, seat_factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def run(portal):
    return seat_factories.run(portal)


@pytest.fixture
def staff(portal):
    return factories.course_staff(portal.lena)


def test_the_first_two_get_the_two_places_and_the_others_wait_in_order(run):
    for number in range(4):
        seat_factories.enrolled(run, number)
    assert seat_factories.states(run) == [("confirmed", None), ("confirmed", None), ("waiting", 1), ("waiting", 2)]
    run.refresh_from_db()
    assert (run.places_free, run.places_state, run.waitlist_length) == (0, "waitlist", 2)


def test_who_leaves_makes_an_offer_to_the_first_in_the_queue(run):
    rows = [seat_factories.enrolled(run, number) for number in range(4)]
    seat_actions.withdraw(enrolment=rows[0])
    assert seat_factories.states(run) == [("withdrawn", None), ("confirmed", None), ("offered", None), ("waiting", 2)]
    seat_actions.accept_offer(enrolment=rows[2])
    assert rows[2].mails.last().kind == "confirmed"
    run.refresh_from_db()
    assert (run.places_free, run.waitlist_length) == (0, 1)


def test_who_declines_an_offer_hands_it_on(run):
    rows = [seat_factories.enrolled(run, number) for number in range(4)]
    seat_actions.withdraw(enrolment=rows[0])
    seat_actions.withdraw(enrolment=rows[2])
    assert [state for state, _n in seat_factories.states(run)] == ["withdrawn", "confirmed", "withdrawn", "offered"]


def test_added_places_are_offered_in_order_and_fewer_take_nobodys_place(run, staff):
    for number in range(5):
        seat_factories.enrolled(run, number)
    came_up = seat_staff_actions.set_capacity(run=run, capacity=4, user=staff)
    assert len(came_up) == 2
    assert [state for state, _n in seat_factories.states(run)] == ["confirmed"] * 2 + ["offered"] * 2 + ["waiting"]
    seat_staff_actions.set_capacity(run=run, capacity=1, user=staff)
    assert Enrolment.objects.holding().count() == 4


def test_the_same_person_twice_gets_a_mail_and_no_second_place(run):
    seat_factories.enrolled(run, 1)
    again = Person("nummer PERSON 1", "P1@Example.org ", "", "")
    seat_factories.enrolled(run, person=again)
    assert seat_factories.states(run) == [("confirmed", None)]
    # The first mail has just left; another one so soon would let strangers flood somebody.
    assert [mail.kind for mail in CourseMail.objects.all()] == ["received"]
    later = timezone.now() + timedelta(hours=13)
    seat_factories.enrolled(run, person=again, at=later)
    assert CourseMail.objects.filter(kind="again").count() == 1


def test_a_family_may_share_a_telephone(run):
    for name in ("Mutter Beispiel", "Tochter Beispiel"):
        seat_factories.enrolled(run, person=Person(name, "", "+49 30 23125 123"))
    assert Enrolment.objects.holding().count() == 2


def test_without_mail_a_repetition_looks_like_the_first_time_and_takes_no_place(run):
    seat_factories.enrolled(run, person=Person("Amira Beispiel", "", "030 23125 123"))
    seat_factories.enrolled(run, person=Person("Amira Beispiel", "", "+49 (0)30 23125-123"))
    assert seat_factories.states(run) == [("asked", None), ("repeated", None)]
    run.refresh_from_db()
    assert run.places_free == 1


def test_pressing_the_button_twice_gives_one_enrolment_and_the_same_link(run):
    once = seat_factories.key()
    person = Person("Amira Beispiel", "", "030 23125 124")
    first, code = seat_actions.enrol(run=run, person=person, once=once, language="ar")
    second, same = seat_actions.enrol(run=run, person=person, once=once, language="ar")
    assert (first.pk, code) == (second.pk, same)
    assert Enrolment.objects.count() == 1


def test_nobody_enrols_before_or_after_the_time_or_in_a_run_without_enrolment(portal):
    today = timezone.localdate()
    for number, facts in enumerate(
        (
            {"register_from": today + timedelta(days=1)},
            {"register_until": today - timedelta(days=1)},
            {"starts_on": today},
            {"enrolment": "none"},
            {"status": "cancelled", "cancel_reason": "teacher_ill"},
            {"is_public": False},
        )
    ):
        run = seat_factories.run(portal, code=f"kurs-{number}-1", **facts)
        with pytest.raises(DomainError):
            seat_factories.enrolled(run, number)
    assert Enrolment.objects.count() == 0


def test_staff_confirm_where_the_run_wants_it_and_refusing_lets_the_next_come_up(portal, staff):
    run = seat_factories.run(portal, enrolment="checked", capacity_max=1)
    first, second = seat_factories.enrolled(run, 1), seat_factories.enrolled(run, 2)
    assert seat_factories.states(run) == [("asked", None), ("waiting", 1)]
    seat_staff_actions.refuse(enrolment=first, user=staff)
    second.refresh_from_db()
    assert second.state == "offered"
    with pytest.raises(DomainError):
        seat_staff_actions.confirm(enrolment=second, user=staff)


def test_nobody_but_course_staff_decides_about_people(run, portal):
    row = seat_factories.enrolled(run)
    for user in (portal.omar, portal.eva, portal.ada):
        with pytest.raises(NotAllowed):
            seat_staff_actions.refuse(enrolment=row, user=user)
        with pytest.raises(NotAllowed):
            seat_staff_actions.set_capacity(run=run, capacity=9, user=user)
        with pytest.raises(NotAllowed):
            seat_actions.withdraw(enrolment=row, user=user)
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_somebody_without_mail_is_enrolled_by_staff_and_gets_a_code_that_a_new_letter_replaces(run, staff):
    row, code = seat_staff_actions.enrol_on_behalf(
        run=run, person=Person("Hassan Beispiel"), once=seat_factories.key(), language="ti", user=staff
    )
    assert (row.state, row.channel, row.by_staff) == ("confirmed", "letter", True)
    assert Enrolment.objects.filter(token_hash=code_hash(code)).exists()
    fresh = seat_staff_actions.new_letter(enrolment=row, user=staff)
    assert not Enrolment.objects.filter(token_hash=code_hash(code)).exists()
    assert read_code(f" {fresh[:5].lower()}-{fresh[5:]} ") == fresh
    assert seat_factories.code_of(Enrolment.objects.get()) == fresh


def test_what_people_give_is_readable_nowhere_in_the_database(run):
    row = seat_factories.enrolled(
        run, person=Person("Amira Geheim", "amira.geheim@example.org", "030 23125 99", "Lift")
    )
    write_course_mails()
    kept = " ".join(str(vars(row)) for row in [*Enrolment.objects.all(), *CourseMail.objects.all()])
    kept += " ".join(str({**vars(mail), "recipient_ct": ""}) for mail in OutboxMessage.objects.all())
    for secret in ("Geheim", "geheim", "23125", "Lift"):
        assert secret not in kept
    assert Desk().open(row).remarks == "Lift"
    moved = Enrolment.objects.get()
    moved.pk = Enrolment().pk
    assert Desk().try_open(moved) is None


def test_the_worker_writes_in_the_persons_language_with_their_link(run):
    row = seat_factories.enrolled(run, language="de")
    assert write_course_mails() == 1
    assert write_course_mails() == 0
    mail = OutboxMessage.objects.get()
    assert mail.language == "de"
    assert f"/de/courses/place/{seat_factories.code_of(row)}/" in mail.body
    assert "Person Nummer" not in mail.body + mail.subject


def test_a_cancelled_run_tells_everybody_and_they_may_go_on_to_the_list_of_interest(run, staff):
    rows = [seat_factories.enrolled(run, number) for number in range(3)]
    actions.cancel_run(run=run, reason="teacher_ill", user=staff)
    assert {state for state, _n in seat_factories.states(run)} == {"cancelled"}
    assert CourseMail.objects.filter(kind="cancelled").count() == 3
    code = seat_factories.code_of(rows[2])
    interest = interest_actions.enrolment_to_interest(enrolment=Enrolment.objects.get(pk=rows[2].pk))
    assert CourseInterest.objects.get(token_hash=code_hash(code)) == interest
    assert Desk().open(interest).email == "p2@example.org"
    assert (interest.level, interest.times, interest.run) == ("A2", ["evening"], run)
    assert Enrolment.objects.count() == 2


def test_who_has_a_place_does_not_lose_it_to_the_list_of_interest(run):
    row = seat_factories.enrolled(run)
    with pytest.raises(DomainError):
        interest_actions.enrolment_to_interest(enrolment=row)
    assert seat_factories.states(run) == [("confirmed", None)]


def test_places_set_by_hand_are_refused_where_the_portal_counts(run, staff, portal):
    with pytest.raises(DomainError):
        actions.set_places(run=run, user=staff, free=9)
    other = factories.run(portal, code="anderer-kurs-1")
    seat_actions.run_changed(run=other)
    other.refresh_from_db()
    assert (other.places_free, other.places_state) == (5, "few")


def test_the_placement_test_is_needed_dated_and_done(portal, staff):
    run = seat_factories.run(portal, placement_test="provider")
    row = seat_factories.enrolled(run)
    assert row.test_state == "needed"
    when = timezone.make_aware(datetime(2027, 1, 11, 9, 30))
    seat_staff_actions.set_test(enrolment=row, state="dated", test_at=when, user=staff)
    assert CourseMail.objects.filter(kind="test").count() == 1
    with pytest.raises(DomainError):
        seat_staff_actions.set_test(enrolment=row, state="done", user=staff)
    done = seat_staff_actions.set_test(enrolment=row, state="done", level="A2.1", test_at=when, user=staff)
    assert (done.test_level, CourseMail.objects.filter(kind="test").count()) == ("A2.1", 1)


def test_an_unlimited_run_lets_everybody_in(portal):
    run = seat_factories.run(portal, capacity_max=None)
    for number in range(3):
        seat_factories.enrolled(run, number)
    run.refresh_from_db()
    assert (run.places_free, run.places_state) == (None, "free")
    assert CourseRun.objects.get().enrolments.holding().count() == 3
