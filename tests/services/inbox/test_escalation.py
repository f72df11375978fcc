"""Who waits for longer than promised is seen: by the team, by those who lead, by the coordination office."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from portal.models import OutboxMessage, User
from services.directory.models import OfficeMembership
from services.inbox import actions
from services.inbox.codes import Verb
from services.inbox.deadlines import last_day_before, late_before
from services.inbox.escalation import escalate, send_digests, waiting_in
from services.inbox.models import Case, CaseEvent, NoticeWishes
from services.inbox.notification_viewsets import set_wishes
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, part, send, visitor_of, write

pytestmark = pytest.mark.ignore_template_errors
MONDAY = timezone.make_aware(datetime(2026, 11, 23, 9, 0))


def day(number, hour=9):
    """A day of November or December 2026."""
    return timezone.make_aware(datetime(2026, 11, 1, hour)) + timedelta(days=number - 1)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def nora(ready):
    """A colleague of Lena who leads the office."""
    nora = User.objects.create_user("nora", "nora@example.org", "nora-passwort-123", first_name="Nora")
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=nora, valid_from="2020-01-01", is_lead=True)
    return nora


def digests(user=None):
    rows = OutboxMessage.objects.filter(dedupe_key__startswith="digest:")
    return list(rows.filter(recipient=user.email) if user else rows)


@pytest.mark.parametrize(
    ("today", "count", "last"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 22)),
        (date(2026, 11, 25), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 19)),  # over a weekend
        (date(2026, 4, 8), 1, date(2026, 4, 6)),  # Tuesday after Easter was the working day
        (date(2026, 4, 7), 1, date(2026, 4, 1)),
        (date(2026, 1, 7), 1, date(2026, 1, 4)),  # Epiphany does not count
    ],
)
def test_older_than_working_days(today, count, last):
    assert last_day_before(today, count) == last
    moment = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    assert timezone.localtime(late_before(moment, count)).date() == last + timedelta(days=1)


def test_an_overdue_answer_is_written_into_the_history_once(clock, ready, receipt):
    clock.move_to(day(30, 23))  # five working days: due on Monday the 30th, to the end of the day
    assert escalate() == 0
    clock.move_to(day(31, 0))
    assert escalate() == 1
    assert escalate() == 0
    line = CaseEvent.objects.get(verb=Verb.ESCALATED)
    assert (line.actor, line.meta) == (None, {})


def test_a_new_promise_that_is_broken_is_a_new_line(clock, ready, receipt):
    clock.move_to(day(31))
    escalate()
    answer(ready, receipt)
    write(ready, receipt)
    assert escalate() == 0
    clock.move_to(day(39))
    assert escalate() == 1


def test_done_cases_are_silent(clock, ready, receipt):
    closed, withdrawn, answered = send(ready), send(ready), send(ready)
    actions.close(case=case_of(closed), by=ready.lena, reason="helped", version=1)
    actions.withdraw(visitor=visitor_of(ready, withdrawn))
    answer(ready, answered)
    Case.objects.filter(submission__number=receipt.number).delete()
    OutboxMessage.objects.all().delete()
    clock.move_to(day(45))
    assert escalate() == 0
    assert send_digests() == 0
    assert not OutboxMessage.objects.exists()


def test_an_urgent_one_tells_who_leads_at_once_and_says_nothing_of_it(clock, ready, nora):
    receipt = send(ready, part(ready, urgency="danger"))
    OutboxMessage.objects.all().delete()
    clock.move_to(day(25, 0))
    escalate()
    mail = OutboxMessage.objects.get()
    assert mail.recipient == nora.email
    text = mail.subject + mail.body
    assert receipt.number not in text
    assert SECRET_TEXT not in text
    assert "Furtwangen" not in text


def test_without_a_lead_everybody_hears_of_an_urgent_one(clock, ready):
    send(ready, part(ready, urgency="high"))
    OutboxMessage.objects.all().delete()
    clock.move_to(day(25, 0))
    escalate()
    assert OutboxMessage.objects.get().recipient == ready.lena.email


# The daily summary ------------------------------------------------------------------------------------------------


def test_everybody_in_the_team_gets_one_summary_a_day(clock, ready, receipt, nora):
    clock.move_to(day(31, 8))
    assert send_digests() == 3  # Lena, Nora, and Yasmin for the coordination office
    assert send_digests() == 0
    body = digests(ready.lena)[0].body
    assert "1" in body
    assert receipt.number not in body
    clock.move_to(day(32, 8))
    assert send_digests() == 3
    assert len(digests(ready.lena)) == 2


def test_nobody_gets_an_empty_summary(clock, ready):
    clock.move_to(day(24, 12))
    assert send_digests() == 0
    assert NoticeWishes.objects.filter(last_digest_on=date(2026, 11, 24)).count() == 3


def test_no_summary_on_weekends_and_holidays(clock, ready, receipt):
    for moment in (day(35), day(36), day(55)):  # Saturday, Sunday, Christmas
        clock.move_to(moment)
        assert send_digests() == 0


def test_the_hour_is_the_persons_own(clock, ready, receipt):
    NoticeWishes.objects.create(user=ready.lena, digest_hour=14)
    clock.move_to(day(31, 8))
    send_digests()
    assert not digests(ready.lena)
    clock.move_to(day(31, 14))
    send_digests()
    assert digests(ready.lena)


def test_a_worker_that_was_down_at_the_hour_sends_later_the_same_day(clock, ready, receipt):
    clock.move_to(day(31, 19))
    send_digests()
    assert digests(ready.lena)


def test_the_summary_is_in_the_language_of_the_colleague(clock, ready, receipt):
    User.objects.filter(pk=ready.lena.pk).update(language="en")
    clock.move_to(day(31, 8))
    send_digests()
    assert "overdue" in digests(ready.lena)[0].body
    assert digests(ready.lena)[0].language == "en"


def test_who_left_gets_nothing(clock, ready, receipt):
    OfficeMembership.objects.filter(user=ready.lena).update(valid_to="2026-11-24")
    clock.move_to(day(31, 8))
    send_digests()
    assert not digests(ready.lena)


def test_an_office_with_a_hostile_name_adds_no_line(clock, ready, receipt):
    office = ready.offices["LRA_IM"]
    office.name = "Amt\r\nBcc: alle@example.org\r\n<b>x</b>"
    office.save()
    clock.move_to(day(31, 8))
    send_digests()
    for mail in digests():
        assert "\nBcc" not in mail.body
        assert "\n" not in mail.subject


# The coordination office ------------------------------------------------------------------------------------------


def test_unassigned_for_a_working_day_reaches_the_coordination_office_as_a_number(clock, ready, receipt):
    clock.move_to(day(24, 8))
    send_digests()
    assert not digests(ready.yasmin)
    clock.move_to(day(25, 8))
    send_digests()
    body = digests(ready.yasmin)[0].body
    assert "Landratsamt" in body
    assert receipt.number not in body
    assert "Furtwangen" not in body


def test_a_taken_request_is_not_the_coordination_offices_matter(clock, ready, receipt):
    actions.take(case=case_of(receipt), user=ready.lena, version=1)
    clock.move_to(day(25, 8))
    send_digests()
    assert not digests(ready.yasmin)


def test_one_given_back_just_now_has_waited_since_the_person_wrote(clock, ready, receipt):
    case = actions.take(case=case_of(receipt), user=ready.lena, version=1)
    clock.move_to(day(27))
    actions.assign(case=case, by=ready.lena, to=None, version=case.version)
    (row,) = waiting_in([ready.offices["LRA_IM"]], timezone.now())
    assert (row.unassigned, row.oldest_unassigned) == (1, 4)


def test_one_opened_again_has_its_time_once_more(clock, ready, receipt):
    case = actions.close(case=case_of(receipt), by=ready.lena, reason="helped", version=1)
    clock.move_to(day(55))
    actions.reopen(case=case, by=ready.lena, version=case.version)
    (row,) = waiting_in([ready.offices["LRA_IM"]], timezone.now())
    assert row.unassigned == 0


def test_a_month_without_anybody_is_said_to_who_leads(clock, ready, receipt, nora):
    clock.move_to(MONDAY + timedelta(days=31))
    (row,) = waiting_in([ready.offices["LRA_IM"]], timezone.now())
    assert row.forgotten == 1
    clock.move_to(timezone.make_aware(datetime(2026, 12, 28, 8)))
    send_digests()
    assert len(digests(nora)[0].body) > len(digests(ready.lena)[0].body)


def test_the_numbers_take_the_same_queries_for_any_number_of_cases(ready, django_assert_num_queries):
    for _ in range(5):
        send(ready)
    offices = list(ready.offices.values())
    with django_assert_num_queries(1):
        assert sum(row.new for row in waiting_in(offices, timezone.now())) == 5


def test_the_dashboard_shows_the_team_what_waits_and_no_content(clock, ready, receipt, client):
    clock.move_to(day(31))
    client.force_login(ready.lena)
    text = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "audit-waiting" in text
    assert receipt.number not in text
    client.force_login(ready.yasmin)
    text = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "audit-waiting" in text
    assert receipt.number not in text


@pytest.mark.parametrize("name", ["omar", "eva", "ada"])
def test_others_see_no_numbers_on_the_dashboard(clock, ready, receipt, client, name):
    clock.move_to(day(31))
    client.force_login(getattr(ready, name))
    assert "audit-waiting" not in client.get(reverse("wagtailadmin_home")).content.decode()


# Wishes -----------------------------------------------------------------------------------------------------------


def wish(user, **values):
    defaults = {"new_case": "now", "person_wrote": "now", "assigned": "now", "withdrawn": "now", "digest_hour": 7}
    return set_wishes(user=user, values={**defaults, **values})


def test_who_said_nothing_hears_of_everything_at_once(ready):
    send(ready)
    assert OutboxMessage.objects.get().recipient == ready.lena.email


@pytest.mark.parametrize("choice", ["daily", "never"])
def test_who_wants_no_mail_at_once_gets_none(clock, ready, nora, choice):
    wish(ready.lena, new_case=choice, person_wrote=choice, withdrawn=choice)
    receipt = send(ready)
    write(ready, receipt)
    actions.withdraw(visitor=visitor_of(ready, receipt))
    assert {mail.recipient for mail in OutboxMessage.objects.all()} == {nora.email}


def test_daily_means_in_the_summary(clock, ready):
    wish(ready.lena, new_case="daily", person_wrote="daily")
    send(ready)
    clock.move_to(day(24, 8))
    send_digests()
    assert len(digests(ready.lena)[0].body.splitlines()) >= 5


def test_never_is_never_but_overdue_is_always_said(clock, ready):
    wish(ready.lena, new_case="never", person_wrote="never", assigned="never", withdrawn="never")
    send(ready)
    clock.move_to(day(24, 8))
    send_digests()
    assert not digests(ready.lena)
    clock.move_to(day(31, 8))
    send_digests()
    assert digests(ready.lena)


def test_given_to_me_follows_my_wish(clock, ready, receipt, nora):
    OutboxMessage.objects.all().delete()
    wish(nora, assigned="daily")
    actions.assign(case=case_of(receipt), by=ready.lena, to=nora, version=1)
    assert not OutboxMessage.objects.exists()
    clock.move_to(day(24, 8))
    send_digests()
    assert digests(nora)


def test_the_page_keeps_what_was_chosen(ready, client):
    client.force_login(ready.lena)
    page = reverse("notification_settings")
    assert client.get(page).status_code == 200
    data = {"new_case": "daily", "person_wrote": "now", "assigned": "never", "withdrawn": "daily", "digest_hour": "16"}
    assert client.post(page, data).status_code == 302
    wishes = NoticeWishes.objects.get()
    assert (wishes.user, wishes.new_case, wishes.assigned, wishes.digest_hour) == (ready.lena, "daily", "never", 16)
    for bad in ({"digest_hour": "24"}, {"new_case": "x"}, {"digest_hour": ""}):
        assert client.post(page, {**data, **bad}).status_code == 422
    assert NoticeWishes.objects.get().digest_hour == 16


@pytest.mark.parametrize("name", ["eva", "tarik", "ada"])
def test_who_has_no_office_has_no_such_page(ready, client, name):
    client.force_login(getattr(ready, name))
    assert client.get(reverse("notification_settings")).status_code in {302, 403}
