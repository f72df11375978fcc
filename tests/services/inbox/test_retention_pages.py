"""Members and officers see beforehand what goes; operators count it; rules are changed by officers alone."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext

from home.worker import erase_what_is_due
from services.inbox.due import DAYS
from services.inbox.models import Case, DistrictEvent, RetentionRule
from services.intake.models import Draft
from tests.services.inbox.ends import START, close, closed, exported
from tests.services.inbox.factories import SECRET_TEXT, case_of, part, send
from tests.services.inbox.officer import dana as make_dana

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def test_the_dry_run_counts_and_erases_nothing(clock, ready):
    closed(ready)
    clock.move_to(START + timedelta(days=90))
    out = io.StringIO()
    call_command("erase_due", "--dry-run", stdout=out)
    assert "cases              1 due" in out.getvalue()
    assert Case.objects.exists()
    call_command("erase_due", stdout=out)
    assert "cases              1 erased" in out.getvalue()
    assert not Case.objects.exists()


def test_a_kind_that_fails_stops_no_other(clock, ready, monkeypatch):
    import home.worker
    from portal.retention import Keeping

    def broken(at=None):
        raise RuntimeError("x")

    closed(ready)
    clock.move_to(START + timedelta(days=90))
    bad = Keeping("bad", "never", "test", broken, broken)
    monkeypatch.setattr(home.worker, "KEEPINGS", (bad, *home.worker.KEEPINGS))
    assert erase_what_is_due() == 1


def test_members_see_what_goes_and_what_is_held(clock, ready, client):
    one, two = closed(ready), exported(ready)
    theirs = send(ready, part(ready, "VS_IM"))
    close(ready, theirs, office="VS_IM", by=ready.omar)
    Case.objects.filter(pk=case_of(two).pk).update(hold_until=START.date() + timedelta(days=200))
    clock.move_to(START + timedelta(days=85))
    client.force_login(ready.lena)
    text = client.get(reverse("retention_preview"), {"days": "7"}).content.decode()
    assert one.number in text
    assert two.number in text
    assert gettext("on hold") in text
    assert theirs.number not in text
    assert SECRET_TEXT not in text
    assert one.number not in client.get(reverse("retention_preview"), {"days": "1"}).content.decode()
    assert client.get(reverse("retention_preview"), {"days": "-5' x", "p": "x"}).status_code == 200


def test_the_officer_sees_counts_and_no_numbers(clock, ready, client):
    receipt = closed(ready)
    client.force_login(make_dana())
    text = client.get(reverse("retention_preview"), {"days": "90"}).content.decode()
    assert gettext("Numbers of all offices") in text
    assert "LRA" in text or "Landratsamt" in text
    assert receipt.number not in text


@pytest.mark.parametrize("name", ["eva", "tarik", "ada"])
def test_who_has_no_office_and_no_task_sees_no_preview(ready, client, name):
    client.force_login(getattr(ready, name))
    assert client.get(reverse("retention_preview")).status_code in {302, 403}


def test_the_officer_changes_a_rule_and_that_is_a_line(ready, client):
    officer = make_dana()
    client.force_login(officer)
    data = {"kind": "closed", "office": "", "form_key": "", "days": "45"}
    assert client.post(reverse("retention_rules:add"), data).status_code == 302
    made = RetentionRule.objects.get()
    assert (made.district, made.days) == (ready.district, 45)
    line = DistrictEvent.objects.get(verb="rules")
    assert (line.actor, line.meta["days"], line.meta["kind"]) == (officer, 45, "closed")
    again = client.post(reverse("retention_rules:add"), data)
    assert RetentionRule.objects.count() == 1
    assert again.status_code in {200, 422}
    client.post(reverse("retention_rules:edit", args=[made.pk]), {**data, "days": "0"})
    assert RetentionRule.objects.get().days == 45
    client.post(reverse("retention_rules:delete", args=[made.pk]))
    assert not RetentionRule.objects.exists()
    assert DistrictEvent.objects.filter(verb="rules").count() == 2


@pytest.mark.parametrize("name", ["lena", "omar", "eva"])
def test_others_change_no_rule(ready, client, name):
    client.force_login(getattr(ready, name))
    assert client.post(reverse("retention_rules:add"), {"kind": "closed", "days": "1"}).status_code in {302, 403}
    assert not RetentionRule.objects.exists()


def test_drafts_are_part_of_the_same_run(clock, ready):
    assert not Draft.objects.exists()
    assert set(DAYS) == {"untaken", "closed", "exported", "withdrawn", "attachments"}
