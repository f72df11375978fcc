"""What people sent goes when its time is over: not a day late, not a minute early, never while it is on hold."""

import random
import uuid
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from home.worker import erase_what_is_due
from portal.errors import NotAllowed
from services.inbox import actions, audit, retention
from services.inbox.beats import NotPossible
from services.inbox.codes import Verb
from services.inbox.models import (
    Case,
    CaseEvent,
    CaseKey,
    Message,
    MonthlyCount,
    Note,
    RetentionRule,
    Submission,
    Tombstone,
)
from tests import forking
from tests.services.inbox.ends import START, close, closed, exported, promised_less, untaken, withdrawn
from tests.services.inbox.factories import SECRET_TEXT, case_of, part, send, write

pytestmark = pytest.mark.ignore_template_errors
SECOND = timedelta(seconds=1)


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

    monkeypatch.setattr(retention, "erase_files", broken)
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
