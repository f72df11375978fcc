"""Karin takes in the lists of the providers: she sees what would happen, and her own changes stay."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from portal.errors import DomainError, NotAllowed
from services.courses.actions import cancel_lesson, move_lesson
from services.courses.import_rows import FileRefused
from services.courses.importing import import_courses, plan_file
from services.courses.models import CourseRun, ImportRecord, Lesson
from tests.services.courses import factories as make

RUNS = """Kursnummer;Kurs;Kürzel;Status;Ort;Raum;Erster Tag;Letzter Tag;Tageszeit;Plätze;Freie Plätze;Kinderbetreuung
101;abendkurs-b1;abend-101;Bestätigt;Haus der Bildung;2.14;05.10.2027;18.12.2027;abends;16;5;{childcare}
102;abendkurs-b1;;geplant;;;;;morning;12;;keine
"""
LESSONS = """Kursnummer;Terminnummer;Datum;Von;Bis;Ort;Raum;Status
101;1;05.10.2027;{starts};20:30;;;
101;2;12.10.2027;18 Uhr;20.30;{venue};;
101;3;19.10.2027;18:00;20:30;;3.01;{status}
"""


@pytest.fixture
def karin(portal):
    return make.course_staff(portal.tarik)


@pytest.fixture
def course(portal):
    make.venue(portal)
    return make.course(portal)


def runs(childcare: str = "keine", status: str = "Bestätigt") -> bytes:
    return RUNS.format(childcare=childcare).replace("Bestätigt", status).encode()


def lessons(starts: str = "18:00", status: str = "", venue: str = "") -> bytes:
    return LESSONS.format(starts=starts, status=status, venue=venue).encode()


@pytest.fixture
def take(portal, karin):
    """Look at a file, then import it; gives the counts."""

    def take(data: bytes, decided: set[str] | None = None, **facts):
        facts = {"district": portal.district, "source": "vhs", **facts}
        plan = plan_file(data, **facts)
        return import_courses(data=data, user=karin, fingerprint=plan.fingerprint, decided=decided, **facts)

    return take


@pytest.fixture
def plan(portal):
    def plan(data: bytes, **facts):
        return plan_file(data, **{"district": portal.district, "source": "vhs", **facts})

    return plan


@pytest.fixture
def taken(course, take):
    """Both runs and three lessons are here."""
    take(runs())
    take(lessons())
    return CourseRun.objects.get(code="abend-101")


def outcomes(plan) -> list[str]:
    return [item.outcome for item in plan.items]


def test_looking_at_a_file_changes_nothing(course, plan):
    assert outcomes(plan(runs())) == ["new", "new"]
    assert not CourseRun.objects.exists()
    assert not ImportRecord.objects.exists()


def test_a_list_of_runs_becomes_runs_with_all_their_facts(course, take):
    assert take(runs())["new"] == 2
    run = CourseRun.objects.get(code="abend-101")
    assert (run.status, run.room, run.capacity_max, run.places_free) == ("confirmed", "2.14", 16, 5)
    assert (run.starts_on, run.time_of_day, run.places_state) == (date(2027, 10, 5), "evening", "few")
    assert (run.venue.name, run.source, run.external_ref) == ("Haus der Bildung", "vhs", "101")
    assert CourseRun.objects.get(external_ref="102").code == "abendkurs-b1-102"


def test_a_list_of_lessons_belongs_to_its_runs_and_gives_them_their_days(taken):
    first, _second, third = taken.lessons.all()
    assert (first.day, first.starts, first.ends) == (date(2027, 10, 5), time(18), time(20, 30))
    assert third.room == "3.01"
    assert (taken.starts_on, taken.ends_on) == (date(2027, 10, 5), date(2027, 10, 19))


def test_the_same_file_again_changes_nothing(taken, take, plan):
    before = list(Lesson.objects.values_list("uid", "sequence", "changed_at"))
    for data in (runs(), lessons()):
        assert set(outcomes(plan(data))) == {"unchanged"}
        take(data)
    assert list(Lesson.objects.values_list("uid", "sequence", "changed_at")) == before
    assert ImportRecord.objects.count() == 5


def test_a_changed_cell_moves_the_lesson_which_keeps_its_identity(taken, take, plan):
    uid = taken.lessons.first().uid
    (item,) = plan(lessons(starts="17:00")).having("changed")
    (change,) = item.changes
    assert (change.label, change.mine, change.theirs) == ("Time", "2027-10-05 18:00 20:30", "2027-10-05 17:00 20:30")
    take(lessons(starts="17:00"))
    lesson = Lesson.objects.get(uid=uid)
    assert (lesson.starts, lesson.status, lesson.sequence) == (time(17), "moved", 1)
    assert Lesson.objects.count() == 3


def test_a_lesson_the_source_cancels_is_cancelled_and_comes_back(taken, take):
    take(lessons(status="Abgesagt"))
    last = taken.lessons.last()
    assert (last.status, last.reason, last.sequence) == ("cancelled", "other", 1)
    take(lessons(status="planned"))
    last.refresh_from_db()
    assert (last.status, last.sequence) == ("planned", 2)


def test_what_karin_changed_by_hand_stays_and_is_shown_to_her(taken, take, plan, karin):
    first = taken.lessons.first()
    move_lesson(lesson=first, day=first.day, starts=time(19), ends=first.ends, user=karin)
    (item,) = plan(lessons(starts="17:00")).having("conflict")
    assert [(change.mine[11:16], change.theirs[11:16]) for change in item.changes] == [("19:00", "17:00")]
    take(lessons(starts="17:00"))
    first.refresh_from_db()
    assert (first.starts, first.sequence) == (time(19), 1)


def test_a_decision_is_not_asked_for_every_week_but_when_the_source_says_something_new(taken, take, plan, karin):
    first = taken.lessons.first()
    move_lesson(lesson=first, day=first.day, starts=time(19), ends=first.ends, user=karin)
    take(lessons(starts="17:00"))
    assert "conflict" not in outcomes(plan(lessons(starts="17:00")))
    assert "conflict" in outcomes(plan(lessons(starts="16:00")))


def test_karin_may_take_the_value_of_the_file_after_all(taken, take, plan, karin):
    taken.childcare = "onsite"
    taken.save()
    data = runs(childcare="Childcare nearby")
    assert len(plan(data).having("conflict")) == 1
    take(data, decided={"run:101|childcare"})
    taken.refresh_from_db()
    assert taken.childcare == "nearby"
    assert outcomes(plan(data)) == ["unchanged", "unchanged"]


def test_a_run_made_by_hand_is_found_by_its_code_and_not_overwritten(portal, course, take, plan):
    run = make.run(portal, "abend-101", course, capacity_max=20, room="")
    (item,) = plan(runs()).having("conflict")
    assert {change.field: change.verdict for change in item.changes}["capacity_max"] == "conflict"
    assert {change.field: change.verdict for change in item.changes}["room"] == "take"
    take(runs())
    run.refresh_from_db()
    assert (run.capacity_max, run.room) == (20, "2.14")
    assert CourseRun.objects.count() == 2


def test_what_was_deleted_here_is_not_silently_made_again(taken, take, plan):
    taken.lessons.first().delete()
    (item,) = plan(lessons()).having("conflict")
    take(lessons())
    assert Lesson.objects.count() == 2
    assert "conflict" not in outcomes(plan(lessons()))
    take(lessons(), decided={f"{item.key}|deleted"})
    assert Lesson.objects.count() == 3


def test_what_is_no_longer_in_the_file_is_told_and_never_deleted(taken, take, plan):
    shorter = b"\n".join(lessons().split(b"\n")[:3])
    assert [(run.code, name) for name, run in plan(shorter).gone] == [("abend-101", "2027-10-19 18:00")]
    take(shorter)
    assert Lesson.objects.count() == 3
    assert plan(runs().split(b"102")[0]).gone[0][1].external_ref == "102"


def test_rows_with_errors_are_left_out_and_name_the_cell(course, take, plan):
    data = runs().replace(b"16;5", b"viele;5").replace(b"102;abendkurs-b1", b"102;zauberkurs")
    bad = plan(data)
    assert outcomes(bad) == ["refused", "refused"]
    assert "Plätze" in bad.items[0].errors[0]
    assert "zauberkurs" in bad.items[1].errors[0]
    assert take(data)["refused"] == 2
    assert not CourseRun.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"05.10.2027", b"31.02.2027", "not a day"),
        (b"05.10.2027", b"28.03.2027;02:30;03:30;;;\n#", "does not exist"),
        (b"18:00;20:30", b"21:00;20:30", "after the beginning"),
        (b"18:00;20:30", b"25:00;20:30", "not a time"),
        (b"101;1;", b"999;1;", "no run with the number"),
        (b"20:30;;;\n101;2", b"20:30;Luftschloss;;\n101;2", "no venue called"),
        (b"20:30;;;\n101;2", b"20:30;;=HYPERLINK(1);\n101;2", "formula"),
        (b"20:30;;;\n101;2", b"20:30;;#REF!;\n101;2", "error in this cell"),
        (b"101;2;", b"101;1;", "twice"),
        (b"18:00;20:30", b";20:30", "must be filled in"),
    ],
)
def test_a_wrong_cell_is_refused_in_words(taken, plan, old, new, told):
    refused = plan(lessons().replace(old, new, 1)).having("refused")
    assert any(told in error for item in refused for error in item.errors), [item.errors for item in refused]


def test_nothing_is_half_imported_when_a_decision_does_not_fit(taken, take):
    CourseRun.objects.filter(pk=taken.pk).update(capacity_max=20)
    data = runs().replace(b"2.14", b"9.99").replace(b";16;5;", b";4;5;").replace(b";12;", b";13;")
    with pytest.raises(FileRefused, match="more free places than places"):
        take(data, decided={"run:101|capacity_max"})
    taken.refresh_from_db()
    assert (taken.room, taken.capacity_max) == ("2.14", 20)
    assert CourseRun.objects.get(external_ref="102").capacity_max == 12


def test_a_plan_that_is_no_longer_true_is_not_carried_out(portal, taken, plan, karin):
    seen = plan(lessons(starts="17:00")).fingerprint
    cancel_lesson(lesson=taken.lessons.first(), reason="weather", user=karin)
    with pytest.raises(DomainError, match="in the meantime"):
        import_courses(
            data=lessons(starts="17:00"), district=portal.district, source="vhs", user=karin, fingerprint=seen
        )


def test_a_cancelled_run_takes_nothing_in_and_a_run_can_be_cancelled_by_its_source(taken, take, plan):
    take(runs(status="Abgesagt"))
    taken.refresh_from_db()
    assert (taken.status, taken.cancel_reason) == ("cancelled", "other")
    assert set(taken.lessons.values_list("status", flat=True)) == {"cancelled"}
    assert outcomes(plan(runs(status="confirmed")))[0] == "refused"


def test_a_number_the_source_repeats_is_fresh_again(taken, take):
    old = timezone.now() - timedelta(days=40)
    CourseRun.objects.filter(pk=taken.pk).update(places_updated_at=old)
    take(runs())
    taken.refresh_from_db()
    assert timezone.now() - taken.places_updated_at < timedelta(minutes=1)


def test_two_sources_use_the_same_numbers_without_mixing(taken, take, plan):
    other = runs().replace(b"abend-101", b"andere-101")
    assert outcomes(plan(other, source="caritas")) == ["new", "new"]
    take(other, source="caritas")
    assert CourseRun.objects.filter(code="abendkurs-b1-102-caritas").exists()


def test_omar_may_not_import(portal, course):
    with pytest.raises(NotAllowed):
        import_courses(data=runs(), district=portal.district, source="vhs", user=portal.omar)
    assert not CourseRun.objects.exists()


def test_both_tables_may_stand_in_one_workbook(course, take):
    import io

    from openpyxl import Workbook

    book = Workbook()
    for sheet, text in ((book.active, runs()), (book.create_sheet("Termine"), lessons())):
        for line in text.decode().splitlines():
            sheet.append(line.split(";"))
    book["Termine"]["C2"].value = date(2027, 10, 5)
    book["Termine"]["D2"].value = time(18)
    file = io.BytesIO()
    book.save(file)
    assert take(file.getvalue())["new"] == 5
    assert CourseRun.objects.get(code="abend-101").lessons.count() == 3


def test_too_many_changes_at_once_are_refused_before_anything_happens(taken, plan, monkeypatch):
    monkeypatch.setattr("services.courses.importing.MOST_CHANGED", 0)
    assert set(outcomes(plan(lessons()))) == {"unchanged"}
    with pytest.raises(FileRefused, match="in parts"):
        plan(lessons(starts="17:00"))


def test_lessons_of_a_run_that_the_same_file_cancels_are_refused(portal, taken, take, plan):
    import io

    from openpyxl import Workbook

    book = Workbook()
    for sheet, text in ((book.active, runs(status="Abgesagt")), (book.create_sheet(), lessons(starts="17:00"))):
        for line in text.decode().splitlines():
            sheet.append(line.split(";"))
    file = io.BytesIO()
    book.save(file)
    assert [item.row.ref for item in plan(file.getvalue()).having("refused")] == ["101|1"]
    take(file.getvalue())
    assert set(taken.lessons.values_list("status", flat=True)) == {"cancelled"}
