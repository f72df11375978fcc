"""While somebody is away, whoever acts for them hears what they would have heard; the deputy gets no access by that."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from portal.models import OutboxMessage, User
from services.directory.models import OfficeMembership
from services.inbox import actions
from services.inbox.escalation import digest_lines, escalate
from services.inbox.models import Absence, Case, NoticeWishes
from tests.services.inbox.factories import case_of
from tests.services.inbox.test_escalation import MONDAY, day

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def colleague(ready, name, lead=False):
    user = User.objects.create_user(name, f"{name}@example.org", f"{name}-passwort-123", first_name=name.title())
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=user, valid_from="2020-01-01", is_lead=lead)
    return user


def away(user, deputy, days=30):
    today = timezone.localdate()
    return Absence.objects.create(user=user, deputy=deputy, first_day=today, last_day=today + timedelta(days=days))


def summary(user, **wishes):
    row, _created = NoticeWishes.objects.update_or_create(user=user, defaults=wishes)
    with translation.override("en"):
        return "\n".join(digest_lines(user, row, timezone.localtime()))


def taken(ready, receipt):
    return actions.take(case=case_of(receipt), user=ready.lena, version=1)


SENTENCE = "1 person waits for an absent colleague. You stand in."


def test_the_summary_tells_the_deputy_of_an_absent_colleague(clock, ready, receipt):
    nora = colleague(ready, "nora")
    taken(ready, receipt)
    assert SENTENCE not in summary(nora)
    away(ready.lena, nora)
    assert SENTENCE in summary(nora)
    assert SENTENCE not in summary(nora, assigned="never")
    assert receipt.number not in summary(nora, assigned="now")


def test_after_the_absence_and_after_an_answer_there_is_nothing_to_tell(clock, ready, receipt):
    nora = colleague(ready, "nora")
    case = taken(ready, receipt)
    away(ready.lena, nora, days=2)
    clock.move_to(day(26))
    assert SENTENCE not in summary(nora)
    away(ready.lena, nora)
    assert SENTENCE in summary(nora)
    actions.reply(case=case, author=ready.lena, text="x", language="de", waiting=True, version=case.version)
    assert SENTENCE not in summary(nora)


def test_a_deputy_who_left_the_office_or_never_was_in_it_hears_nothing(clock, ready, receipt):
    nora = colleague(ready, "nora")
    taken(ready, receipt)
    away(ready.lena, nora)
    nora.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert summary(nora) == ""
    Absence.objects.update(deputy=ready.omar)
    assert SENTENCE not in summary(ready.omar)


def overdue_mails():
    rows = OutboxMessage.objects.filter(dedupe_key__startswith="case-overdue:")
    return set(rows.values_list("recipient", flat=True))


def test_an_overdue_urgent_request_is_told_to_the_deputies_of_lead_and_colleague_as_well(clock, ready, receipt):
    chief, nora, ines = colleague(ready, "chief", lead=True), colleague(ready, "nora"), colleague(ready, "ines")
    colleague(ready, "unconcerned")
    taken(ready, receipt)
    Case.objects.update(urgency="high")
    clock.move_to(day(40))
    away(chief, nora)
    away(ready.lena, ines)
    assert escalate() == 1
    assert overdue_mails() == {chief.email, nora.email, ines.email}


def test_without_an_absence_only_the_leads_are_told(clock, ready, receipt):
    chief = colleague(ready, "chief", lead=True)
    colleague(ready, "nora")
    Case.objects.update(urgency="high")
    clock.move_to(day(40))
    assert escalate() == 1
    assert overdue_mails() == {chief.email}


def test_the_deputy_of_an_absent_lead_reads_what_nobody_took_for_a_month(clock, ready, receipt):
    chief, nora = colleague(ready, "chief", lead=True), colleague(ready, "nora")
    clock.move_to(day(70))
    words = "taken by nobody for a month"
    assert words in summary(chief)
    assert words not in summary(nora)
    away(chief, nora)
    assert words in summary(nora)
    assert words in summary(chief)
