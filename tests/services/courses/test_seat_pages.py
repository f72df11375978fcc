"""What Amira sees when she wants a place: a form, her own page, and nothing about anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from services.courses import seat_actions
from services.courses.models import CourseInterest, Enrolment
from services.courses.seat_people import Desk
from tests.services.courses import factories, seat_factories

pytestmark = pytest.mark.django_db

MAIL = {"name": "Amira Beispiel", "channel": "mail", "email": "amira@example.org", "language": "en"}
PHONE = {"name": "Amira Beispiel", "channel": "phone", "phone": "+49 30 23125 200", "language": "ar"}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def run(portal):
    return seat_factories.run(portal)


def address(name, *args):
    with translation.override("en"):
        return reverse(name, args=args)


def form_of(run):
    return address("course_enrol", run.course.code, run.code)


def page(client, code):
    return client.get(address("course_place", code))


def test_the_form_is_short_private_and_works_without_a_script(client, run):
    response = client.get(form_of(run))
    text = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "sessionid" not in response.cookies
    assert 'name="remarks"' in text
    assert 'name="children"' not in text


def test_with_mail_the_answer_is_the_same_for_the_first_time_and_for_a_repetition(client, run):
    first = client.post(form_of(run), MAIL)
    again = client.post(form_of(run), MAIL)
    assert (
        (first.status_code, first["Location"])
        == (303, f"{form_of(run)}?sent=1")
        == (again.status_code, again["Location"])
    )
    assert Enrolment.objects.get().state == "confirmed"
    assert "amira" not in client.get(first["Location"]).content.decode()


def test_without_mail_the_code_is_shown_once_and_leads_back(client, run):
    sent = client.post(form_of(run), PHONE)
    shown = client.get(sent["Location"]).content.decode()
    code = seat_factories.code_of(Enrolment.objects.get())
    assert code[:5] + " " + code[5:10] in shown
    assert code[:5] + " " not in page(client, code).content.decode()
    found = client.post(address("course_place_find"), {"code": f"{code[:5].lower()} {code[5:]}"})
    assert found["Location"] == address("course_place", code)


def test_nothing_typed_is_lost_when_something_is_missing(client, run):
    response = client.post(form_of(run), {**PHONE, "phone": "", "remarks": "Ich brauche einen Lift"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "Amira Beispiel" in text
    assert "Ich brauche einen Lift" in text
    assert "<title>Error:" in text
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "pigeon"},
        {"email": "no address"},
        {"name": "buy at www.example.org"},
        {"name": "x" * 200},
        {"language": "xx"},
        {"website": "machines"},
        {"email": ""},
    ],
)
def test_wrong_answers_are_told_and_enrol_nobody(client, run, wrong):
    assert client.post(form_of(run), {**MAIL, **wrong}).status_code == 422
    assert not Enrolment.objects.exists()


def test_a_foreign_or_damaged_form_key_only_gets_a_new_one(client, run):
    client.post(form_of(run), {**PHONE, "once": "guessed"})
    client.post(form_of(run), {**PHONE, "name": "Andere Person", "once": "guessed"})
    assert Enrolment.objects.holding().count() == 2
    assert len(set(Enrolment.objects.values_list("token_hash", flat=True))) == 2


def test_who_waits_sees_the_number_and_may_leave(client, run):
    rows = [seat_factories.enrolled(run, number) for number in range(5)]
    code = seat_factories.code_of(rows[4])
    assert "You are number 3 on the waiting list" in page(client, code).content.decode()
    seat_actions.withdraw(enrolment=rows[2])
    assert "You are number 2 on the waiting list" in page(client, code).content.decode()
    client.post(address("course_place", code), {"do": "withdraw"})
    assert "You have withdrawn" in page(client, code).content.decode()


def test_an_offer_is_taken_by_one_button(client, run):
    rows = [seat_factories.enrolled(run, number) for number in range(3)]
    seat_actions.withdraw(enrolment=rows[0])
    code = seat_factories.code_of(rows[2])
    assert "A place is free for you" in page(client, code).content.decode()
    assert client.post(address("course_place", code), {"do": "accept"}).status_code == 303
    assert "You have a place" in page(client, code).content.decode()


def test_an_offer_that_is_over_says_so_and_refuses(client, run):
    rows = [seat_factories.enrolled(run, number) for number in range(3)]
    seat_actions.withdraw(enrolment=rows[0])
    code = seat_factories.code_of(rows[2])
    Enrolment.objects.filter(pk=rows[2].pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))
    assert "The offer has ended" in page(client, code).content.decode()
    assert client.post(address("course_place", code), {"do": "accept"}).status_code == 409
    rows[2].refresh_from_db()
    assert rows[2].state == "offered"


def test_a_wrong_link_is_404_and_is_not_an_oracle(client, run):
    seat_factories.enrolled(run)
    for token in ("x", "A" * 20, "%00", "A" * 400):
        assert client.get(f"/en/courses/place/{token}/").status_code == 404
    assert client.post(address("course_place_find"), {"code": "too short"}).status_code == 422


def test_unknown_deeds_change_nothing(client, run):
    code = seat_factories.code_of(seat_factories.enrolled(run))
    assert client.post(address("course_place", code), {"do": "everything"}).status_code == 303
    assert Enrolment.objects.get().state == "confirmed"


def test_closed_runs_lead_to_the_list_of_interest(client, portal):
    run = seat_factories.run(portal, register_until=timezone.localdate() - timedelta(days=1))
    text = client.get(form_of(run)).content.decode()
    assert f"/en/courses/interest/?run={run.code}" in text
    assert client.get(address("course_enrol", "other-course", run.code)).status_code == 404
    assert client.get(address("course_enrol", run.course.code, "no-run")).status_code == 404


def test_an_interest_is_counted_without_a_name_and_erased_by_one_link(client, portal, run):
    wish = {
        **MAIL,
        "level": "A1",
        "municipality": factories.FURTWANGEN,
        "times": ["evening", "morning"],
        "children": "2",
    }
    assert client.post(address("course_interest"), {**wish, "level": ""}).status_code == 422
    assert client.post(address("course_interest") + f"?run={run.code}", wish).status_code == 303
    row = CourseInterest.objects.get()
    assert (row.level, row.municipality.name, row.children, row.run) == ("A1", "Furtwangen", 2, run)
    assert row.times == ["morning", "evening"]
    assert Desk().open(row).email == "amira@example.org"
    code = seat_factories.code_of(row)
    assert "Furtwangen" in page(client, code).content.decode()
    client.post(address("course_place", code), {"do": "renew"})
    end = address("course_interest_end", code)
    assert client.get(end).status_code == 200
    assert CourseInterest.objects.exists()
    assert client.post(end, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not CourseInterest.objects.exists()
    assert client.get(end).status_code == 200


def test_a_cancelled_course_leads_on_to_the_list_by_one_button(client, run):
    row = seat_factories.enrolled(run)
    code = seat_factories.code_of(row)
    run.status, run.cancel_reason = "cancelled", "too_few"
    run.save()
    seat_actions.run_cancelled(run=run)
    assert "Put me on the list" in page(client, code).content.decode()
    client.post(address("course_place", code), {"do": "interest"})
    assert "Your wish for a German course" in page(client, code).content.decode()


def test_too_many_forms_with_one_contact_are_stopped(client, run):
    answers = [
        client.post(form_of(run), {**MAIL, "name": f"Person {'x' * number}"}).status_code for number in range(14)
    ]
    assert answers[0] == 303
    assert answers[-1] == 429


def test_the_page_of_the_course_offers_the_place(client, portal, run):
    index = factories.finder(portal)
    words = factories.words(index, run.course)
    assert f"/de/courses/{run.course.code}/{run.code}/enrol/" in client.get(words.url).content.decode()
