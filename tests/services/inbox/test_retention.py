"""What people sent goes when its time is over: not a day late, not a minute early, never while it is on hold."""

import io
import random
import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from home.worker import erase_what_is_due
from portal.errors import NotAllowed
from services.inbox import actions, audit, retention
from services.inbox.beats import NotPossible
from services.inbox.due import DAYS
from services.inbox.models import (
    Case,
    CaseEvent,
    CaseKey,
    DistrictEvent,
    Message,
    MonthlyCount,
    Note,
    RetentionRule,
    Submission,
    Tombstone,
)
from services.inbox.statuses import Verb
from services.intake.models import Draft
from tests import forking
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, part, send, visitor_of, write
from tests.services.inbox.officer import dana as make_dana

pytestmark = pytest.mark.ignore_template_errors
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def close(portal, receipt, reason="helped", office="LRA_IM", by=None):
    case = case_of(receipt, office)
    return actions.close(case=case, by=by or portal.lena, reason=reason, version=case.version)


def untaken(portal):
    return send(portal)


def closed(portal):
    receipt = send(portal)
    answer(portal, receipt)
    close(portal, receipt)
    return receipt


def exported(portal):
    receipt = send(portal)
    close(portal, receipt, "case_system")
    return receipt


def withdrawn(portal):
    receipt = send(portal)
    actions.withdraw(visitor=visitor_of(portal, receipt))
    return receipt


def promised_less(portal):
    receipt = send(portal, part(portal, retention_days=31))
    close(portal, receipt)
    return receipt


CLASSES = [
    (untaken, 60, "untaken"),
    (closed, 90, "closed"),
    (exported, 30, "exported"),
    (withdrawn, 30, "withdrawn"),
    (promised_less, 31, "closed"),
]


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(("story", "days", "reason"), CLASSES)
def test_each_class_goes_in_time_and_not_a_second_early(clock, ready, story, days, reason):
    receipt = story(ready)
    clock.move_to(START + timedelta(days=days) - SECOND)
    assert retention.count_due(at=timezone.now()) == 0
    assert retention.erase_due() == 0
    assert Case.objects.exists()
    clock.move_to(START + timedelta(days=days))
    assert retention.count_due(at=timezone.now()) == 1
    assert retention.erase_due() == 1
    assert retention.erase_due() == 0
    stone = Tombstone.objects.get()
    assert (stone.number, stone.reason) == (receipt.number, reason)
    assert not any(model.objects.exists() for model in (Case, CaseKey, Message, Note))


@pytest.mark.parametrize(("story", "days", "reason"), CLASSES)
def test_nothing_goes_while_it_is_on_hold(clock, ready, story, days, reason):
    receipt = story(ready)
    until = (START + timedelta(days=days + 10)).date()
    Case.objects.filter(pk=case_of(receipt).pk).update(hold_until=until)
    clock.move_to(START + timedelta(days=days + 1))
    assert retention.erase_due() == 0
    with pytest.raises(NotPossible):
        actions.erase_case(case=case_of(receipt), by=ready.lena, why="by_hand")
    clock.move_to(timezone.make_aware(datetime.combine(until, time(23, 59))))
    assert retention.erase_due() == 0
    clock.move_to(timezone.make_aware(datetime.combine(until + timedelta(days=1), time(0, 0))))
    assert retention.erase_due() == 1


def test_all_classes_at_once_day_by_day(clock, ready):
    """A frozen clock over a hundred days: each day exactly what is due goes."""
    made = [(story(ready), days) for story, days, _reason in CLASSES]
    for day in range(1, 101):
        clock.move_to(START + timedelta(days=day))
        erase_what_is_due()
        here = set(Case.objects.values_list("submission__number", flat=True))
        assert here == {receipt.number for receipt, days in made if days > day}, day
    assert audit.check(ready.district).faults == []


@pytest.mark.parametrize("status", ["assigned", "contacted", "waiting", "referred"])
def test_what_somebody_works_on_never_goes(clock, ready, receipt, status):
    Case.objects.update(status=status)
    clock.move_to(START + timedelta(days=800))
    assert retention.erase_due() == 0


def test_untaken_counts_from_the_last_work_and_reading_is_no_work(clock, ready, receipt):
    clock.move_to(START + timedelta(days=50))
    case = actions.take(case=case_of(receipt), user=ready.lena, version=1)
    actions.assign(case=case, by=ready.lena, to=None, version=case.version)
    clock.move_to(START + timedelta(days=70))
    actions.open_case(case=case_of(receipt), reader=ready.lena)
    assert retention.erase_due() == 0
    clock.move_to(START + timedelta(days=110))
    assert retention.erase_due() == 1


def test_a_reopened_case_is_not_erased_for_its_age(clock, ready):
    receipt = closed(ready)
    clock.move_to(START + timedelta(days=89))
    write(ready, receipt)
    clock.move_to(START + timedelta(days=95))
    assert retention.erase_due() == 0
    assert case_of(receipt).is_open


def test_a_case_opened_again_between_choosing_and_erasing_stays(clock, ready):
    receipt = closed(ready)
    clock.move_to(START + timedelta(days=91))
    due = list(retention.due_cases(timezone.now()))
    write(ready, receipt)
    assert retention._erase_if_due(due[0], timezone.now()) == 0
    assert Case.objects.exists()


# Rules --------------------------------------------------------------------------------------------------------------


def rule(portal, kind, days, office=None, form=""):
    office = portal.offices[office] if office else None
    return RetentionRule.objects.create(district=portal.district, kind=kind, days=days, office=office, form_key=form)


@pytest.mark.parametrize(
    ("story", "kind", "days", "office", "form", "goes"),
    [
        (closed, "closed", 40, None, "", 40),
        (closed, "closed", 200, None, "", 90),  # never longer than promised
        (closed, "closed", 40, "VS_IM", "", 90),  # another office's rule
        (closed, "closed", 40, "LRA_IM", "counselling", 40),
        (closed, "closed", 40, None, "other", 90),
        (exported, "exported", 60, None, "", 60),
        (exported, "exported", 7, "LRA_IM", "", 7),
        (withdrawn, "withdrawn", 1, None, "", 1),
        (untaken, "untaken", 100, None, "", 100),
        (untaken, "untaken", 20, "LRA_IM", "", 20),
        (untaken, "untaken", 20, "VS_IM", "", 60),
    ],
)
def test_a_rule_of_the_district_counts(clock, ready, story, kind, days, office, form, goes):
    rule(ready, kind, days, office, form)
    story(ready)
    clock.move_to(START + timedelta(days=goes) - SECOND)
    assert retention.erase_due() == 0
    clock.move_to(START + timedelta(days=goes))
    assert retention.erase_due() == 1


def test_the_most_exact_rule_counts(clock, ready):
    for days, office, form in ((10, None, ""), (20, "LRA_IM", ""), (30, "LRA_IM", "counselling")):
        rule(ready, "closed", days, office, form)
    closed(ready)
    clock.move_to(START + timedelta(days=29))
    assert retention.erase_due() == 0
    clock.move_to(START + timedelta(days=30))
    assert retention.erase_due() == 1


def test_longer_rules_do_not_starve_what_is_due(clock, ready):
    rule(ready, "exported", 300)
    for _ in range(4):
        exported(ready)
    receipt = promised_less(ready)
    clock.move_to(START + timedelta(days=35))
    assert retention.erase_due(limit=1) == 1
    assert Tombstone.objects.get().number == receipt.number


# What stays -------------------------------------------------------------------------------------------------------


def test_the_tombstone_has_no_person_in_it(clock, ready):
    receipt = closed(ready)
    write(ready, receipt)
    close(ready, receipt)
    actions.erase_case(case=case_of(receipt), why="closed")
    stone = Tombstone.objects.get()
    assert (stone.office.code, stone.form_key) == ("LRA_IM", "counselling")
    assert (stone.opened, stone.closed, stone.erased) == (START.date(),) * 3
    assert (stone.messages_in, stone.messages_out) == (1, 1)
    submission = Submission.objects.get()
    assert (submission.language, submission.form_version) == ("", uuid.UUID(int=0))
    fields = {field.name for field in Tombstone._meta.get_fields()}
    assert not fields & {"language", "municipality", "topics", "answers_ct", "assigned_to"}


def test_counts_stay_one_fact_at_a_time(clock, ready):
    for _ in range(2):
        closed(ready)
    clock.move_to(START + timedelta(days=90))
    retention.erase_due()
    counts = {(row.kind, row.value): row.number for row in MonthlyCount.objects.all()}
    assert counts == {
        ("total", ""): 2,
        ("form", "counselling"): 2,
        ("language", "ar"): 2,
        ("channel", "alone"): 2,
        ("outcome", "helped"): 2,
        ("answered", "0-1"): 2,
        ("topic", "housing"): 2,
        ("municipality", "08326017"): 2,
    }
    assert set(MonthlyCount.objects.values_list("month", flat=True)) == {date(2026, 3, 1)}


def test_one_office_erases_and_the_others_part_stays(clock, ready):
    receipt = send(ready, part(ready), part(ready, "VS_IM"))
    close(ready, receipt)
    clock.move_to(START + timedelta(days=59))
    actions.take(case=case_of(receipt, "VS_IM"), user=ready.omar, version=1)
    clock.move_to(START + timedelta(days=90))
    assert retention.erase_due() == 1
    assert Case.objects.get().office.code == "VS_IM"
    assert Submission.objects.get().language == "ar"
    content = actions.open_case(case=Case.objects.get(), reader=ready.omar)
    assert content.document is not None


def test_erasing_twice_gives_the_same_tombstone(ready, receipt):
    case = case_of(receipt)
    first = actions.erase_case(case=case, by=ready.lena, why="by_hand")
    assert actions.erase_case(case=case, by=ready.lena, why="by_hand") == first
    assert MonthlyCount.objects.get(kind="total").number == 1
    line = CaseEvent.objects.filter(case_id=case.pk).last()
    assert (line.verb, line.actor, line.meta) == (Verb.ERASED, ready.lena, {"reason": "by_hand"})


@pytest.mark.parametrize("name", ["omar", "yasmin", "eva", "tarik", "ada"])
def test_strangers_erase_nothing_before_or_after(ready, receipt, name):
    case, person = case_of(receipt), getattr(ready, name)
    with pytest.raises(NotAllowed):
        actions.erase_case(case=case, by=person, why="by_hand")
    actions.erase_case(case=case, why="closed")
    with pytest.raises(NotAllowed):
        actions.erase_case(case=case, by=person, why="by_hand")


def test_what_hangs_elsewhere_goes_along_in_the_same_transaction(ready, receipt, monkeypatch):
    asked = []

    def broken(case):
        asked.append(case.pk)
        raise OSError("disk")

    monkeypatch.setattr(retention, "ALONG", [broken])
    with pytest.raises(OSError, match="disk"):
        actions.erase_case(case=case_of(receipt), why="closed")
    assert asked
    assert Case.objects.exists()
    assert not Tombstone.objects.exists()
    assert not MonthlyCount.objects.exists()


# The person ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "de", "ti"])
def test_the_person_reads_in_their_language_that_it_was_erased(ready, receipt, client, language):
    actions.erase_case(case=case_of(receipt), why="closed")
    page = f"/{language}/status/"
    response = client.post(page, {"number": receipt.number, "secret": receipt.secret}, follow=True)
    text = response.content.decode()
    assert response.status_code == 200
    assert receipt.number in text
    assert str(timezone.localdate().year) in text
    assert SECRET_TEXT not in text
    assert 'name="text"' not in text
    wrong = client.post(page, {"number": receipt.number, "secret": "0" * 16})
    assert wrong.status_code == 422


def test_after_a_year_the_door_closes_for_good(clock, ready, receipt):
    actions.erase_case(case=case_of(receipt), why="closed")
    clock.move_to(START + timedelta(days=364))
    assert retention.close_doors() == 0
    clock.move_to(START + timedelta(days=365))
    assert retention.count_doors(at=timezone.now()) == 1
    assert retention.close_doors() == 1
    assert retention.close_doors() == 0
    assert not Submission.objects.exists()
    assert Tombstone.objects.get().submission is None
    audit.anchor_events()
    assert audit.check(ready.district).faults == []


# The worker is killed ----------------------------------------------------------------------------------------------


def test_killed_at_any_moment_a_case_is_whole_or_gone(transactional_db, tmp_path):
    from tests.cast import found_portal

    chance = random.Random(11)  # noqa: S311 - a repeatable accident
    portal = found_portal()
    actions.ensure_keys(portal.district)
    receipts = [closed(portal) for _ in range(14)]
    Case.objects.update(closed_at=timezone.now() - timedelta(days=91))
    with forking.database_in_a_file(tmp_path):
        for _round in range(12):
            forking.kill(forking.start(retention.erase_due), after=chance.uniform(0.005, 0.12))
            _whole_or_gone(len(receipts))
        retention.erase_due()
        _whole_or_gone(len(receipts))
        assert Tombstone.objects.count() == len(receipts)
        audit.anchor_events()
        assert audit.check(portal.district).faults == []


def _whole_or_gone(number):
    here = set(Case.objects.values_list("pk", flat=True))
    gone = set(Tombstone.objects.values_list("case_id", flat=True))
    assert not here & gone
    assert len(here) + len(gone) == number
    assert CaseKey.objects.count() == 3 * len(here)
    assert Message.objects.count() == len(here)
    assert CaseEvent.objects.filter(verb=Verb.ERASED).count() == len(gone)
    assert sum(MonthlyCount.objects.filter(kind="total").values_list("number", flat=True)) == len(gone)


# Commands and pages ---------------------------------------------------------------------------------------------------


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
