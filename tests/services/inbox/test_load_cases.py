"""The load for measuring is plausible, opens, and never reaches a real database."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from services.inbox import actions, sample_load
from services.inbox.history import is_intact
from services.inbox.models import Case, CaseEvent, Message, Submission
from services.inbox.receipts import open_receipt

pytestmark = pytest.mark.ignore_template_errors


def test_the_command_builds_what_was_asked_for_and_no_more(ready):
    call_command("load_cases", "--count", "120")
    assert Case.objects.count() == Submission.objects.count() == 120
    call_command("load_cases", "--count", "120")
    assert Case.objects.count() == 120
    call_command("load_cases", "--count", "130")
    assert Case.objects.count() == 130


def test_envelopes_open_for_the_office_and_for_the_receipt(ready):
    sample_load.load_cases(ready.district, 120)
    case = Case.objects.filter(office__code="LRA_IM").exclude(status="withdrawn").first()
    content = actions.open_case(case=case, reader=ready.lena)
    assert content.document["entries"]
    visitor = open_receipt(district=ready.district, number=case.submission.number, secret=sample_load.SECRET)
    assert actions.read_as_visitor(visitor=visitor, case=case).document == content.document
    message = Message.objects.filter(case__office__code="LRA_IM").first()
    opened = actions.open_case(case=message.case, reader=ready.lena).messages
    assert all(item.text for item in opened)


def test_the_columns_fit_each_other(ready):
    sample_load.load_cases(ready.district, 300)
    assert not Case.objects.filter(status__in=["closed", "withdrawn"], closed_at=None).exists()
    assert not Case.objects.filter(status__in=["closed", "withdrawn"], due_at__isnull=False).exists()
    assert not Case.objects.filter(status="received", first_answered_at__isnull=False).exists()
    assert not Case.objects.filter(status="withdrawn").exclude(answers_ct=b"").exists()
    assert Case.objects.values("office").distinct().count() == len(ready.offices)
    assert Case.objects.open().exists()
    assert Case.objects.done().exists()


def test_the_history_is_a_whole_chain(ready):
    sample_load.load_cases(ready.district, 20)
    assert all(is_intact(case) for case in Case.objects.all())
    assert CaseEvent.objects.filter(verb="received").count() == 20


def test_the_list_shows_the_load(ready, client):
    sample_load.load_cases(ready.district, 200)
    client.force_login(ready.lena)
    assert len(client.get(reverse("inbox")).context["rows"]) > 0


@pytest.mark.parametrize("change", [{"LOTSE_PRODUCTION": True}, {"SETTINGS_MODULE": "portal.settings.production"}])
def test_no_other_database_is_filled(ready, settings, change):
    for name, value in change.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError):
        call_command("load_cases", "--count", "5")
    assert not Case.objects.exists()


def test_without_a_district_and_with_nonsense_it_says_what_is_missing(db):
    with pytest.raises(CommandError):
        call_command("load_cases", "--count", "5")
    with pytest.raises(CommandError):
        call_command("load_cases", "--count", "-1")
