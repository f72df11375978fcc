"""Kept for longer with a reason; erased now by two people who have just shown who they are."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.errors import NotAllowed
from portal.models import OutboxMessage, User
from services.directory.models import OfficeMembership
from services.inbox import actions
from services.inbox.models import Appointment, BlindIndex, Case, EraseRequest, Message
from tests.services.inbox import desk
from tests.services.inbox.factories import case_of, write

TODAY = timezone.localdate


@pytest.fixture
def nora(ready):
    """A colleague of Lena's."""
    user = User.objects.create_user("nora", "nora@example.org", "nora-passwort-123", first_name="Nora")
    user.user_permissions.set(ready.lena.user_permissions.all())
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=user, valid_from=date(2020, 1, 1))
    return user


def asked(portal, case):
    actions.ask_to_erase(case=case, by=portal.lena, reason="person", version=case.version)
    return Case.objects.get(pk=case.pk)


def test_a_case_is_kept_with_a_reason_and_let_go_again(ready, case):
    until = TODAY() + timedelta(days=200)
    row = actions.hold_retention(case=case, by=ready.lena, until=until, reason="complaint", version=1)
    assert (row.hold_until, row.hold_reason) == (until, "complaint")
    later = until + timedelta(days=30)
    row = actions.hold_retention(case=case, by=ready.lena, until=later, reason="ongoing", version=2)
    assert row.hold_until == later
    row = actions.release_retention(case=case, by=ready.lena, version=3)
    assert (row.hold_until, row.hold_reason) == (None, "")
    with pytest.raises(actions.NotPossible):
        actions.release_retention(case=case, by=ready.lena, version=4)


@pytest.mark.parametrize("days", [0, -1, 3 * 366 + 1])
def test_nothing_is_kept_into_the_past_or_for_ever(ready, case, days):
    with pytest.raises(actions.NotPossible):
        actions.hold_retention(
            case=case, by=ready.lena, until=TODAY() + timedelta(days=days), reason="ongoing", version=1
        )


def test_one_asks_another_confirms_and_everything_is_gone(ready, receipt, case, nora):
    write(ready, receipt)
    row = case_of(receipt)
    actions.make_appointment(
        case=row, by=ready.lena, starts_at=desk.soon(), minutes=30, mode="phone", place="x", version=row.version
    )
    row = asked(ready, case_of(receipt))
    actions.confirm_erasing(case=row, by=nora, version=row.version, proved=True)
    assert not Case.objects.filter(pk=case.pk).exists()
    for model in (Message, Appointment, BlindIndex):
        assert not model.objects.exists()
    assert not EraseRequest.objects.exists()


def test_nobody_confirms_the_own_wish(ready, case):
    row = asked(ready, case)
    with pytest.raises(NotAllowed):
        actions.confirm_erasing(case=row, by=ready.lena, version=row.version, proved=True)
    assert Case.objects.filter(pk=case.pk).exists()


def test_without_a_fresh_proof_nothing_is_erased(ready, case, nora):
    row = asked(ready, case)
    with pytest.raises(NotAllowed):
        actions.confirm_erasing(case=row, by=nora, version=row.version, proved=False)
    assert Case.objects.filter(pk=case.pk).exists()


def test_the_wish_of_somebody_who_left_is_not_confirmed(ready, case, nora):
    row = asked(ready, case)
    ready.lena.memberships.update(valid_to=TODAY() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        actions.confirm_erasing(case=row, by=nora, version=row.version, proved=True)


def test_nobody_confirms_what_nobody_asked_for_and_nobody_asks_twice(ready, case, nora):
    with pytest.raises(NotAllowed):
        actions.confirm_erasing(case=case, by=nora, version=1, proved=True)
    row = asked(ready, case)
    with pytest.raises(NotAllowed):
        actions.ask_to_erase(case=row, by=nora, reason="person", version=row.version)


def test_a_kept_case_is_not_erased_not_even_when_it_was_kept_after_the_wish(ready, case, nora):
    row = asked(ready, case)
    until = TODAY() + timedelta(days=9)
    row = actions.hold_retention(case=row, by=nora, until=until, reason="access", version=row.version)
    with pytest.raises(actions.NotPossible):
        actions.confirm_erasing(case=row, by=nora, version=row.version, proved=True)
    actions.refuse_erasing(case=row, by=nora, version=row.version)
    with pytest.raises(actions.NotPossible):
        actions.ask_to_erase(case=row, by=nora, reason="person", version=row.version + 1)


def test_either_of_them_can_say_no(ready, case, nora):
    row = asked(ready, case)
    row = actions.refuse_erasing(case=row, by=ready.lena, version=row.version)
    assert not EraseRequest.objects.exists()
    assert [event.verb for event in case.events.all()] == ["received", "erase_asked", "erase_no"]


def test_the_colleagues_are_told_that_a_second_person_is_needed(ready, case, nora):
    OutboxMessage.objects.all().delete()
    asked(ready, case)
    assert [mail.recipient for mail in OutboxMessage.objects.all()] == [nora.email]
    assert case.submission.number not in OutboxMessage.objects.get().body


@pytest.mark.ignore_template_errors
def test_the_page_asks_who_you_are_once_more_and_then_erases(ready, case, nora, client):
    asked(ready, case)
    client.force_login(nora)
    response = desk.post(client, case, "erase_yes")
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert Case.objects.filter(pk=case.pk).exists()
    again = client.post(response.url, {"password": "nora-passwort-123"})
    assert again.url.startswith(desk.address(case))
    response = desk.post(client, case, "erase_yes")
    assert (response.status_code, response.url) == (302, reverse("inbox"))
    assert not Case.objects.filter(pk=case.pk).exists()


@pytest.mark.ignore_template_errors
def test_who_answers_a_case_that_was_just_erased_gets_the_own_words_back(ready, case, nora, client):
    client.force_login(ready.lena)
    client.get(desk.address(case))
    row = asked(ready, case)
    actions.confirm_erasing(case=row, by=nora, version=row.version, proved=True)
    response = desk.post(client, case, "reply", text="Mühsam <b>getippt</b>", language="de", after="waiting")
    assert response.status_code == 403
    assert "Mühsam &lt;b&gt;getippt&lt;/b&gt;" in response.content.decode()
    assert client.get(desk.address(case)).status_code == 302
    with pytest.raises(actions.Gone):
        actions.open_case(case=case, reader=ready.lena)
