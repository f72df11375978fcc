"""Course staff know the people of a run; nobody else in the house does."""

from __future__ import annotations

import io
from datetime import time, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from portal.errors import DomainError, NotAllowed
from portal.printing import can_print
from services.courses import attendance, certificates
from services.courses.models import Attendance, Enrolment
from services.courses.seat_people import Person
from tests.services.courses import factories, seat_factories
from tests.services.inbox.desk import prove

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def staff(portal):
    return factories.course_staff(portal.lena)


@pytest.fixture
def run(portal):
    """Begun last week; people may join at any time. One lesson was yesterday, one is tomorrow."""
    today = timezone.localdate()
    run = seat_factories.run(portal, starts_on=today - timedelta(days=7), entry="rolling")
    for days in (-1, 1):
        factories.lesson(run, today + timedelta(days=days), starts=time(9), ends=time(11))
    return run


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


def people(run):
    return reverse("course_seats", args=[run.pk])


def test_the_list_shows_groups_and_names(desk, run):
    for number in range(3):
        seat_factories.enrolled(run, number)
    text = desk.get(people(run)).content.decode()
    assert "Person Nummer 2" in text
    assert "p2@example.org" in text


@pytest.mark.parametrize("who", ["omar", "eva", "ada"])
def test_nobody_else_sees_names_not_even_an_administrator(client, portal, run, who):
    row = seat_factories.enrolled(run)
    lesson = run.lessons.first()
    client.force_login(factories.admin_visitor(getattr(portal, who)))
    for name, pk in (
        ("course_seats", run.pk),
        ("course_seats_add", run.pk),
        ("course_seats_export", run.pk),
        ("course_attendance", run.pk),
        ("lesson_attendance", lesson.pk),
        ("lesson_list", lesson.pk),
        ("course_certificate", row.pk),
    ):
        response = client.get(reverse(name, args=[pk]))
        assert response.status_code in (302, 403)
        assert b"Person Nummer" not in response.content


def test_staff_answer_for_somebody_on_the_telephone(desk, run):
    rows = [seat_factories.enrolled(run, number) for number in range(3)]
    desk.post(people(run), {"do": "withdraw", "who": rows[0].pk})
    desk.post(people(run), {"do": "accept", "who": rows[2].pk})
    assert [row.state for row in Enrolment.objects.order_by("created_at")] == ["withdrawn", "confirmed", "confirmed"]


@pytest.mark.parametrize(
    "wrong", [{"do": "accept", "who": "nobody"}, {"do": "accept"}, {}, {"do": "capacity", "capacity": "-3"}]
)
def test_bad_posts_are_told_and_change_nothing(desk, run, wrong):
    seat_factories.enrolled(run)
    assert desk.post(people(run), wrong).status_code == 422
    assert Enrolment.objects.get().state == "confirmed"


def test_a_deed_that_is_too_late_is_refused_with_the_list(desk, run):
    row = seat_factories.enrolled(run)
    assert desk.post(people(run), {"do": "accept", "who": row.pk}).status_code == 302
    desk.post(people(run), {"do": "withdraw", "who": row.pk})
    assert desk.post(people(run), {"do": "accept", "who": row.pk}).status_code == 409


def test_staff_enrol_somebody_without_mail_and_print_the_letter(desk, run):
    add = reverse("course_seats_add", args=[run.pk])
    assert desk.post(add, {"name": "", "language": "ti"}).status_code == 422
    assert desk.post(add, {"name": "Selam Beispiel", "language": "ti"}).status_code == 302
    row = Enrolment.objects.get()
    assert (row.by_staff, row.channel) == (True, "letter")
    before = row.token_hash
    letter = desk.post(people(run), {"do": "letter", "who": row.pk})
    assert letter.status_code == 200
    assert "no-store" in letter["Cache-Control"]
    if can_print():
        from pypdf import PdfReader

        assert letter["Content-Type"] == "application/pdf"
        paper = PdfReader(io.BytesIO(letter.content)).pages
        code = seat_factories.code_of(Enrolment.objects.get())
        assert len(paper) == 1
        assert code[:5] in paper[0].extract_text()
    row.refresh_from_db()
    assert row.token_hash != before


def test_attendance_is_written_down_for_people_with_a_place_only(run, staff):
    rows = [seat_factories.enrolled(run, number) for number in range(3)]
    past, coming = run.lessons.order_by("day")
    marks = {rows[0].pk: "present", rows[1].pk: "excused", rows[2].pk: "present"}
    assert attendance.mark_attendance(lesson=past, marks=marks, user=staff) == 2
    with pytest.raises(DomainError):
        attendance.mark_attendance(lesson=coming, marks=marks, user=staff)
    with pytest.raises(DomainError):
        attendance.mark_attendance(lesson=past, marks={rows[0].pk: "asleep"}, user=staff)
    sums = attendance.attended(rows, run, timezone.now())
    assert (sums[rows[0].pk].percent, sums[rows[1].pk].percent, sums[rows[1].pk].excused) == (100, 0, 1)


def test_a_tick_can_be_changed_and_taken_back(desk, run):
    row = seat_factories.enrolled(run)
    lesson = run.lessons.order_by("day").first()
    page = reverse("lesson_attendance", args=[lesson.pk])
    for mark in ("present", "absent", ""):
        assert desk.post(page, {f"mark-{row.pk}": mark}).status_code == 302
        kept = Attendance.objects.values_list("state", flat=True).first()
        assert (kept or "") == mark
    assert desk.post(page, {f"mark-{row.pk}": "x"}).status_code == 409
    other = seat_factories.enrolled(run, 2)
    desk.post(page, {f"mark-{row.pk}": "absent", "rest": "1"})
    assert attendance.marks_of(lesson) == {row.pk: "absent", other.pk: "present"}


def test_nobody_writes_down_attendance_without_the_right(run, portal):
    row = seat_factories.enrolled(run)
    with pytest.raises(NotAllowed):
        attendance.mark_attendance(lesson=run.lessons.first(), marks={row.pk: "present"}, user=portal.omar)


@pytest.mark.skipif(not can_print(), reason="Pango is not installed")
def test_the_certificate_says_how_many_lessons_in_german_and_in_the_persons_language(run, staff):
    from pypdf import PdfReader

    row = seat_factories.enrolled(run, language="tr")
    with pytest.raises(DomainError):
        certificates.certificate(enrolment=row, user=staff)
    attendance.mark_attendance(lesson=run.lessons.order_by("day").first(), marks={row.pk: "present"}, user=staff)
    file = certificates.certificate(enrolment=row, user=staff)
    text = "".join(part.extract_text() for part in PdfReader(io.BytesIO(file)).pages)
    assert text.count("Person Nummer 1") == 2
    assert "100 %" in text
    printed = certificates.lesson_list(lesson=run.lessons.first(), user=staff)
    assert "Person Nummer 1" in "".join(part.extract_text() for part in PdfReader(io.BytesIO(printed)).pages)


def test_the_export_needs_a_fresh_proof_and_a_reason_and_is_written_down(desk, run, staff):
    seat_factories.enrolled(run, person=Person("=1+1 Beispiel", "p1@example.org"))
    page = reverse("course_seats_export", args=[run.pk])
    assert desk.get(page).status_code == 302
    wanted = {"format": "xlsx", "reason": "Liste für den Träger"}
    assert desk.post(page, wanted).status_code == 403
    prove(desk, staff)
    assert desk.post(page, {**wanted, "reason": ""}).status_code == 422
    sheet = load_workbook(io.BytesIO(desk.post(page, wanted).content)).active
    assert sheet["A2"].value == "'=1+1 Beispiel"
    entry = ModelLogEntry.objects.filter(action="courses.people.exported").get()
    assert (entry.data["reason"], entry.data["people"]) == ("Liste für den Träger", 1)


def test_the_form_of_a_run_lets_the_waiting_come_up_when_places_are_added(desk, run):
    for number in range(3):
        seat_factories.enrolled(run, number)
    edit = reverse("courserun:edit", args=[run.pk])
    form = desk.get(edit).context["form"]
    data = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    data["is_public"] = "on"
    data = {name: "" if value is False else value for name, value in data.items()} | {"capacity_max": 3}
    assert desk.post(edit, data).status_code == 302
    assert Enrolment.objects.filter(state="offered").count() == 1
    run.refresh_from_db()
    run.places_free = 3
    run.save()
    assert desk.post(edit, {**data, "enrolment": "none", "capacity_max": 2}).status_code == 200
    assert desk.post(edit, {**data, "capacity_max": 2}).status_code == 302
    run.refresh_from_db()
    assert (run.capacity_max, run.places_free) == (2, 0)
