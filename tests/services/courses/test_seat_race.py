"""Thirty people press the button in the same second: real threads and transactions, on whichever database there is."""

from __future__ import annotations

import random
from threading import Lock

import pytest

from portal.errors import DomainError
from portal.models import User
from services.courses import seat_actions, seat_staff_actions
from services.courses.models import CourseMail, CourseRun, Enrolment
from services.courses.seat_people import Person
from tests.cast import found_portal
from tests.network.meetings.test_race import at_once, shared_database
from tests.services.courses import factories, seat_factories


def held():
    return Enrolment.objects.holding().count()


def queue():
    return list(Enrolment.objects.waiting().values_list("queue_no", flat=True))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_for_five_places_with_people_leaving_and_places_added_meanwhile(tmp_path):
    portal = found_portal()
    run = seat_factories.run(portal, capacity_max=5)
    staff = factories.course_staff(portal.lena)
    people = [(number, seat_factories.key()) for number in range(30)]
    seen, guard = [], Lock()

    def enrol(one):
        number, once = one
        row, _code = seat_actions.enrol(
            run=run, person=Person(f"Person {number}", f"p{number}@example.org"), once=once, language="ar"
        )
        with guard:
            seen.append(row.pk)

    with shared_database(tmp_path) as enter:
        at_once(enter, enrol, people)
        assert len(set(seen)) == Enrolment.objects.count() == 30
        assert (held(), queue()) == (5, list(range(1, 26)))
        # Whoever pressed first is first: the order of the rows is the order of the places.
        order = list(Enrolment.objects.order_by("created_at", "pk").values_list("state", flat=True))
        assert order.count("confirmed") == 5

        first_five = list(Enrolment.objects.holding())
        expected = list(Enrolment.objects.waiting().values_list("pk", flat=True)[:8])
        deeds = [("leave", row) for row in first_five] * 2 + [("add", None), ("expire", None), ("again", people[0])]
        random.Random(3).shuffle(deeds)  # noqa: S311 - a repeatable story, not a secret

        def act(deed):
            kind, row = deed
            if kind == "leave":
                seat_actions.withdraw(enrolment=row)
            elif kind == "add":
                seat_staff_actions.set_capacity(run=run, capacity=8, user=User.objects.get(pk=staff.pk))
            elif kind == "expire":
                seat_actions.expire_offers()
            else:
                enrol(row)

        at_once(enter, act, deeds)
        offered = Enrolment.objects.filter(state="offered")
        assert set(offered.values_list("pk", flat=True)) == set(expected)
        assert (held(), len(queue())) == (8, 17)
        assert Enrolment.objects.filter(state="withdrawn").count() == 5
        assert CourseMail.objects.filter(kind="offered").count() == 8
        run.refresh_from_db()
        assert (run.places_free, run.waitlist_length, run.capacity_max) == (0, 17, 8)

        def answer(row):
            try:
                seat_actions.accept_offer(enrolment=row)
            except DomainError:
                seat_actions.withdraw(enrolment=row)

        at_once(enter, answer, list(offered) * 2)
        assert Enrolment.objects.filter(state="confirmed").count() == 8
        assert CourseRun.objects.get().enrolments.count() == 30
