"""Absences and deputies, who sees how much work there is."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.errors import NotAllowed
from portal.models import OutboxMessage, User
from services.directory.models import OfficeMembership
from services.inbox import actions, workload
from services.inbox.models import Absence, Case
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, send, write

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def nora(ready):
    """A colleague of Lena's."""
    user = User.objects.create_user("nora", "nora@example.org", first_name="Nora")
    user.user_permissions.set(ready.lena.user_permissions.all())
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=user, valid_from=date(2020, 1, 1))
    return user


def away(portal, deputy, by=None, start=0, days=5):
    first = timezone.localdate() + timedelta(days=start)
    return actions.set_absence(
        user=portal.lena, by=by or portal.lena, first_day=first, last_day=first + timedelta(days=days), deputy=deputy
    )


def mine(user):
    return Case.objects.visible_to(user).mine(user).count()


def test_a_deputy_finds_the_cases_under_mine_while_the_colleague_is_away(ready, receipt, nora):
    answer(ready, receipt)
    assert mine(nora) == 0
    away(ready, nora)
    assert mine(nora) == mine(ready.lena) == 1
    now = timezone.now()
    assert Case.objects.visible_to(nora).counts(nora, now)["mine"] == 1
    assert Case.objects.visible_to(nora).counts(nora, now + timedelta(days=9))["mine"] == 0


def test_a_deputy_hears_when_the_person_writes(ready, receipt, nora):
    answer(ready, receipt)
    away(ready, nora)
    OutboxMessage.objects.all().delete()
    write(ready, receipt)
    assert {row.recipient for row in OutboxMessage.objects.all()} == {"lena@example.org", "nora@example.org"}
    assert not mail.outbox


def test_being_deputy_gives_no_access(ready, receipt, nora):
    answer(ready, receipt)
    away(ready, nora)
    nora.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert mine(nora) == 0
    with pytest.raises(NotAllowed):
        actions.open_case(case=case_of(receipt), reader=nora)


def test_only_a_colleague_can_be_deputy(ready):
    for person in (ready.omar, ready.ada, ready.lena):
        with pytest.raises(actions.NotPossible):
            away(ready, person)


def test_times_are_in_order_and_do_not_overlap(ready, nora):
    away(ready, nora)
    for start, days in ((3, 5), (-2, 3), (1, -3), (-9, 2)):
        with pytest.raises(actions.NotPossible):
            away(ready, nora, start=start, days=days)
    assert Absence.objects.count() == 1


def test_a_lead_says_it_for_the_team_and_others_do_not(ready, nora):
    for person in (nora, ready.omar, ready.yasmin, ready.ada, ready.eva):
        with pytest.raises(NotAllowed):
            away(ready, nora, by=person)
    nora.memberships.update(is_lead=True)
    row = away(ready, nora, by=nora)
    with pytest.raises(NotAllowed):
        actions.end_absence(absence=row, by=ready.omar)
    actions.end_absence(absence=row, by=nora)
    assert not Absence.objects.exists()


def test_lena_enters_her_absence_on_the_page_and_removes_it(ready, nora, client):
    client.force_login(ready.lena)
    page, day = reverse("inbox_absence"), timezone.localdate()
    data = {"user": ready.lena.pk, "first_day": day, "last_day": day + timedelta(days=3), "deputy": nora.pk}
    assert client.post(page, {**data, "last_day": "nie"}).status_code == 422
    assert client.post(page, {**data, "user": ready.omar.pk}).status_code == 422
    assert client.post(page, {**data, "last_day": day - timedelta(days=3)}).status_code == 409
    assert client.post(page, data).status_code == 302
    assert "Nora" in client.get(page).content.decode()
    client.post(page, {"end": Absence.objects.get().pk})
    assert not Absence.objects.exists()
    for wrong in ("", "x", "99999999999999999999"):
        assert client.post(page, {"end": wrong}).status_code == 302


@pytest.mark.parametrize("name", ["eva", "ada"])
def test_the_page_of_absences_is_for_members(ready, client, name):
    client.force_login(getattr(ready, name))
    assert client.get(reverse("inbox_absence")).status_code == 302


def test_the_workload_counts_open_waiting_and_overdue_per_colleague(ready, receipt, nora, client):
    answer(ready, receipt)
    late = case_of(send(ready))
    actions.take(case=late, user=nora, version=1)
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    send(ready)
    gone = case_of(send(ready))
    Case.objects.filter(pk=gone.pk).update(assigned_to=ready.omar)  # a colleague who left with it
    ready.lena.memberships.update(is_lead=True)
    [(office, shares)] = workload.team_numbers(ready.lena, timezone.now())
    counted = {share.name: (share.open, share.waiting, share.overdue) for share in shares}
    assert office.code == "LRA_IM"
    assert (counted["Nora"], counted["Lena"]) == ((1, 1, 1), (1, 0, 0))
    assert sorted(counted.values()) == [(1, 0, 0), (1, 1, 0), (1, 1, 0), (1, 1, 1)]
    client.force_login(ready.lena)
    text = client.get(reverse("inbox_workload")).content.decode()
    assert "Nora" in text
    assert SECRET_TEXT not in text
    assert receipt.number not in text


def test_the_coordination_offices_numbers_are_those_of_its_district(ready, receipt):
    shares = workload.district_numbers(ready.yasmin, timezone.now())
    assert {share.name: share.open for share in shares}["Landratsamt, Integrationsmanagement"] == 1
    assert len(workload.untaken(ready.yasmin, timezone.now())) == 1
    assert workload.untaken(ready.lena, timezone.now()) == []
    assert workload.district_numbers(ready.lena, timezone.now()) == []
