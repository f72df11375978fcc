"""Files of a closed case go thirty days after closing, the case itself stays longer."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from home.worker import erase_what_is_due
from portal.cleaning import CleanFile
from services.inbox import audit, envelopes, files
from services.inbox.codes import Verb
from services.inbox.file_keeping import count_files_of_closed, erase_files_of_closed
from services.inbox.file_models import Attachment
from services.inbox.models import Appointment, Case, CaseEvent, RetentionRule
from services.inbox.statuses import Direction
from services.intake.files import erase_due_files
from tests.services.inbox import desk
from tests.services.inbox.ends import START, close
from tests.services.inbox.factories import case_of, part, send, write
from tests.services.inbox.officer import dana as make_dana

pytestmark = pytest.mark.ignore_template_errors
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def with_files(ready, count=2, office="LRA_IM", **more):
    receipt = send(ready, part(ready, office))
    case = case_of(receipt, office)
    stored = [files.store(CleanFile(name=f"{n}.pdf", data=b"%PDF-GEHEIM")) for n in range(count)]
    files.attach(case, stored, envelopes.key_for_office(case), Direction.IN, **more)
    return receipt


def on_disk(path):
    return storages["private"].exists(path)


def test_they_go_after_thirty_days_and_not_a_second_early(clock, ready):
    receipt = with_files(ready)
    close(ready, receipt)
    paths = list(Attachment.objects.values_list("path", flat=True))
    clock.move_to(START + timedelta(days=30) - SECOND)
    assert (count_files_of_closed(at=timezone.now()), erase_what_is_due()) == (0, 0)
    assert all(on_disk(path) for path in paths)
    clock.move_to(START + timedelta(days=30))
    assert count_files_of_closed(at=timezone.now()) == 2
    assert erase_what_is_due() == 2
    assert (count_files_of_closed(at=timezone.now()), erase_what_is_due()) == (0, 0)
    erase_due_files()
    assert not any(on_disk(path) for path in paths)
    assert not Attachment.objects.exists()
    line = CaseEvent.objects.get(verb=Verb.FILES_ERASED)
    assert (line.case_id, line.actor, line.meta) == (case_of(receipt).pk, None, {"files": 2})
    assert audit.check(ready.district).faults == []


def test_the_case_opens_for_lena_after_its_files_went(clock, ready, client):
    receipt = with_files(ready)
    close(ready, receipt)
    clock.move_to(START + timedelta(days=31))
    erase_files_of_closed()
    client.force_login(ready.lena)
    response = client.get(desk.address(case_of(receipt)))
    assert response.status_code == 200
    assert ".pdf" not in response.content.decode()


def test_files_of_a_held_case_stay_until_the_hold_is_over(clock, ready):
    receipt = with_files(ready)
    close(ready, receipt)
    until = (START + timedelta(days=60)).date()
    Case.objects.update(hold_until=until)
    for days in (30, 45, 60):
        clock.move_to(START + timedelta(days=days))
        assert (count_files_of_closed(at=timezone.now()), erase_files_of_closed()) == (0, 0)
    clock.move_to(START + timedelta(days=61))
    assert erase_files_of_closed() == 2


def test_files_of_open_and_reopened_cases_stay(clock, ready):
    with_files(ready)
    again = with_files(ready)
    close(ready, again)
    write(ready, again)
    clock.move_to(START + timedelta(days=50))
    assert erase_files_of_closed() == 0
    assert Attachment.objects.count() == 4


def test_a_file_that_the_person_is_about_to_send_is_not_taken_away(clock, ready):
    receipt = with_files(ready, 1)
    close(ready, receipt)
    clock.move_to(START + timedelta(days=31))
    case = case_of(receipt)
    fresh = files.store(CleanFile(name="neu.pdf", data=b"%PDF"))
    later = timezone.now() + timedelta(hours=2)
    [waiting] = files.attach(case, [fresh], envelopes.key_for_office(case), Direction.IN, waits_until=later)
    assert erase_files_of_closed() == 1
    assert Attachment.objects.get().pk == waiting.pk


def test_a_rule_of_the_district_counts_for_its_office(clock, ready):
    ours, theirs = with_files(ready, 1), with_files(ready, 1, "VS_IM")
    close(ready, ours)
    close(ready, theirs, office="VS_IM", by=ready.omar)
    RetentionRule.objects.create(
        district=ready.district, kind="attachments", office=ready.offices["VS_IM"], form_key="", days=5
    )
    clock.move_to(START + timedelta(days=5))
    assert erase_files_of_closed() == 1
    assert Attachment.objects.get().case_id == case_of(ours).pk


def test_a_killed_worker_goes_on_where_it_stopped(clock, ready):
    for _number in range(3):
        close(ready, with_files(ready, 1))
    clock.move_to(START + timedelta(days=30))
    assert [erase_files_of_closed(limit=1) for _run in range(4)] == [1, 1, 1, 0]


def test_the_preview_counts_files_for_members_and_the_officer(clock, ready, client):
    receipt = with_files(ready)
    close(ready, receipt)
    client.force_login(ready.lena)
    address = reverse("retention_preview")
    assert client.get(address, {"days": "30"}).context["files"] == 2
    assert client.get(address, {"days": "14"}).context["files"] == 0
    client.force_login(ready.omar)
    assert client.get(address, {"days": "30"}).context["files"] == 0
    client.force_login(make_dana())
    rows = {row["office"].code: row["files"] for row in client.get(address, {"days": "30"}).context["offices"]}
    assert rows["LRA_IM"] == 2
    assert sum(rows.values()) == 2


def test_appointments_go_with_their_case(clock, ready):
    receipt = send(ready)
    case = case_of(receipt)
    desk.verbs(ready, case, ready.lena)["appoint"]()
    close(ready, receipt)
    clock.move_to(START + timedelta(days=90) - SECOND)
    erase_what_is_due()
    assert Appointment.objects.exists()
    clock.move_to(START + timedelta(days=90))
    erase_what_is_due()
    assert not Appointment.objects.exists()
