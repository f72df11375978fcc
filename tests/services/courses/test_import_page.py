"""The page of the import: Karin looks, decides and imports; Omar and Eva cannot even look."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from portal import vault
from services.courses.models import CourseRun
from tests.services.courses import factories as make

FILE = "Kursnummer;Kurs;Raum\n101;abendkurs-b1;{room}\n102;zauberkurs;\n"


@pytest.fixture
def page(portal):
    make.course(portal)
    return reverse("course_import:index")


@pytest.fixture
def karin(portal, client):
    user = make.course_staff(portal.tarik)
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


def send(client, page, room: str = "2.14", **facts):
    file = SimpleUploadedFile("kurse.csv", FILE.format(room=room).encode())
    return client.post(page, {"do": "check", "source": "vhs", "file": file, **facts})


def ticket_in(answer) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', answer.content.decode())[1]


def test_karin_looks_then_imports_and_the_file_is_gone(client, page, karin):
    seen = send(client, page)
    assert seen.status_code == 200
    assert "Nothing is changed yet" in seen.content.decode()
    assert not CourseRun.objects.exists()
    (stored, _moment) = next(iter(vault.names()))
    answer = client.post(page, {"do": "apply", "ticket": ticket_in(seen)}, follow=True)
    assert "1 new" in answer.content.decode()
    assert CourseRun.objects.get().room == "2.14"
    assert stored not in [name for name, _moment in vault.names()]
    assert ModelLogEntry.objects.get(action="courses.imported").data["new"] == 1


def test_karin_throws_the_file_away(client, page, karin):
    seen = send(client, page)
    before = len(list(vault.names()))
    client.post(page, {"do": "discard", "ticket": ticket_in(seen)})
    assert len(list(vault.names())) == before - 1
    assert not CourseRun.objects.exists()


def test_a_conflict_is_a_box_to_tick(client, page, karin):
    client.post(page, {"do": "apply", "ticket": ticket_in(send(client, page))})
    CourseRun.objects.update(room="Saal")
    seen = send(client, page, room="3.01")
    assert 'name="take" value="run:101|room"' in seen.content.decode()
    client.post(page, {"do": "apply", "ticket": ticket_in(seen), "take": "run:101|room"})
    assert CourseRun.objects.get().room == "3.01"


def test_what_changed_in_the_meantime_is_shown_again_and_not_done(client, page, karin):
    client.post(page, {"do": "apply", "ticket": ticket_in(send(client, page))})
    seen = send(client, page, room="3.01")
    CourseRun.objects.update(room="Saal")
    again = client.post(page, {"do": "apply", "ticket": ticket_in(seen)})
    assert again.status_code == 409
    assert "in the meantime" in again.content.decode()
    assert CourseRun.objects.get().room == "Saal"
    client.post(page, {"do": "apply", "ticket": ticket_in(again), "take": "run:101|room"})
    assert CourseRun.objects.get().room == "3.01"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"\0\1\2", "not a text"),
        ("a.xlsx", b"PK\3\4", "damaged"),
        ("a.ics", b"BEGIN:VCALENDAR", "not a whole"),
        ("a.csv", b"Kursnummer\n" * 3_100, "too many rows"),
        ("a.csv", b"x" * (5 * 2**20 + 9), "too large"),
    ],
)
def test_a_bad_file_is_refused_with_the_source_kept(client, page, karin, name, content, told):
    answer = client.post(page, {"do": "check", "source": "vhs", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert 'value="vhs"' in answer.content.decode()
    assert not list(vault.names()) or not CourseRun.objects.exists()


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c"])
def test_a_forged_ticket_does_nothing(client, page, karin, ticket):
    for do in ("apply", "discard", "nonsense"):
        answer = client.post(page, {"do": do, "ticket": ticket})
        assert answer.status_code == 409
    assert not CourseRun.objects.exists()


def test_a_ticket_belongs_to_who_looked(portal, client, page, karin):
    ticket = ticket_in(send(client, page))
    client.force_login(make.course_staff(portal.yasmin))
    assert client.post(page, {"do": "apply", "ticket": ticket}).status_code == 409
    assert not CourseRun.objects.exists()


def test_markup_in_a_file_stays_text(client, page, karin):
    body = send(client, page, room="<script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in body


def test_karin_downloads_tables_to_fill_in_that_can_be_imported(client, page, karin):
    for name in ("run_csv", "run_xlsx", "lesson_csv", "lesson_xlsx"):
        file = client.get(reverse(f"course_import:{name}"))
        assert file.status_code == 200
        upload = SimpleUploadedFile(name, file.content)
        answer = client.post(page, {"do": "check", "source": "vhs", "file": upload})
        assert answer.status_code == 200, name


def test_omar_may_neither_see_nor_import(portal, client, page):
    client.force_login(make.admin_visitor(portal.omar))
    for address in (page, reverse("course_import:run_csv")):
        answer = client.get(address)
        assert answer.status_code in (302, 403)
    assert send(client, page).status_code in (302, 403)
    assert "courses/import" not in client.get("/admin/").content.decode()


def test_the_command_shows_and_does_the_same(portal, page, tmp_path):
    make.course_staff(portal.tarik)
    file = tmp_path / "kurse.csv"
    file.write_text(FILE.format(room="2.14").split("102")[0])
    said = StringIO()
    call_command("import_courses", file, source="vhs", stdout=said)
    assert "1 new" in said.getvalue()
    assert not CourseRun.objects.exists()
    call_command("import_courses", file, source="vhs", apply=True, user="tarik", stdout=StringIO())
    assert CourseRun.objects.count() == 1
    with pytest.raises(CommandError, match="may not"):
        call_command("import_courses", file, source="vhs", apply=True, user="omar", stdout=StringIO())
    file.write_text(FILE.format(room="2.14"))
    with pytest.raises(CommandError, match="cannot be taken in"):
        call_command("import_courses", file, source="vhs", stdout=StringIO())
