"""What somebody promised: plan, see, say how far it is, be reminded."""

from __future__ import annotations

import pytest
from django.core import signing
from django.urls import reverse

from network.minutes import actions
from network.minutes.models import ActionItem
from network.minutes.personal import actions_token
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from tests.network import factories as network
from tests.network.minutes import factories


@pytest.fixture
def olena(portal):
    network.coordinator(portal)
    return network.member(portal, "Olena", language="uk")


def day(number):
    return network.in_days(number)


def test_by_personal_link_one_sees_ones_own_actions_and_ends_one_with_a_note(client, portal, olena):
    action = factories.action(portal, "Raum suchen", owner=olena, due=day(-2))
    factories.action(portal, "Fremdes", owner=network.member(portal, "Andere"))
    token = actions_token(olena)
    page = client.get(f"/de/my-actions/{token}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Raum suchen" in text
    assert "badge--bad" in text
    assert "Fremdes" not in text
    address = f"/de/my-actions/{token}/{action.pk}/"
    assert client.post(address, {"status": "done", "note": ""}).status_code == 422
    assert client.post(address, {"status": "done", "note": "Saal 2 ist frei."}).status_code == 303
    action.refresh_from_db()
    assert (action.status, action.status_note) == ("done", "Saal 2 ist frei.")
    assert action.closed_at
    assert not page.cookies.get("sessionid")


def test_by_account_one_sees_the_same_and_nobody_else_sees_anything(client, portal, olena):
    factories.action(portal, "Raum suchen", owner=olena)
    assert client.get("/de/my-actions/").status_code == 404
    olena.user = portal.lena
    olena.save()
    client.force_login(portal.lena)
    assert "Raum suchen" in client.get("/de/my-actions/").content.decode()
    client.force_login(portal.omar)
    assert client.get("/de/my-actions/").status_code == 404


def test_a_link_ends_when_somebody_leaves_or_changes_the_address(client, portal, olena):
    token = actions_token(olena)
    olena.left_on = day(-1)
    olena.save()
    assert client.get(f"/de/my-actions/{token}/").status_code == 404
    olena.left_on, olena.email = None, "neu@example.org"
    olena.save()
    assert client.get(f"/de/my-actions/{token}/").status_code == 404
    for wrong in ("x", "a:b:c", signing.dumps([olena.pk, olena.email]), f"{actions_token(olena)}x"):
        assert client.get(f"/de/my-actions/{wrong}/").status_code == 404, wrong


def test_somebody_elses_action_cannot_be_reached_by_number(client, portal, olena):
    other = factories.action(portal, "Fremdes", owner=network.member(portal, "Andere"))
    address = f"/de/my-actions/{actions_token(olena)}/{other.pk}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"status": "done", "note": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        actions.set_status(action=other, member=olena, status="done", note="x")


def test_an_action_of_an_organisation_belongs_to_all_its_people_unless_one_is_named(portal, olena):
    ours = factories.action(portal, "Für alle", organisation=olena.organisation)
    named = factories.action(
        portal, "Benannt", organisation=olena.organisation, owner=network.member(portal, "Kollegin")
    )
    assert list(ActionItem.objects.answered_for_by(olena)) == [ours]
    actions.set_status(action=ours, member=olena, status="in_progress")
    with pytest.raises(NotAllowed):
        actions.set_status(action=named, member=olena, status="in_progress")


def test_not_every_step_is_possible(portal, olena):
    action = factories.action(portal, owner=olena)
    actions.set_status(action=action, member=olena, status="dropped", note="Nicht mehr nötig")
    with pytest.raises(DomainError):
        actions.set_status(action=action, member=olena, status="in_progress")
    actions.set_status(action=action, user=portal.yasmin, status="open")
    assert ActionItem.objects.get().closed_at is None


def test_reminders_come_three_days_before_after_the_day_and_then_weekly_in_ones_language(portal, olena):
    factories.action(portal, "Raum suchen", owner=olena, due=day(3))
    factories.action(portal, "Später", owner=olena, due=day(40))
    factories.action(portal, "Fertig", owner=olena, due=day(1), status="done", status_note="x")
    sent = [actions.remind_owners(day(number)) for number in range(-1, 20)]
    assert [number for number, mails in zip(range(-1, 20), sent, strict=True) if mails] == [0, 4, 11, 18]
    first = OutboxMessage.objects.order_by("pk").first()
    assert (first.recipient, first.language) == ("olena@example.org", "uk")
    assert "Raum suchen" in first.body
    assert "Später" not in first.body
    assert "Fertig" not in first.body
    assert "/uk/my-actions/" in first.body


def test_one_mail_for_several_actions_and_none_twice_on_a_day(portal, olena):
    for number in range(3):
        factories.action(portal, f"Nummer {number}", owner=olena, due=day(1))
    assert actions.remind_owners() == 1
    assert actions.remind_owners() == 0
    assert OutboxMessage.objects.count() == 1


def test_where_only_an_organisation_answers_its_heads_are_reminded(portal, olena):
    network.member(portal, "Leitung", role="head")
    factories.action(portal, organisation=olena.organisation, due=day(0))
    actions.remind_owners()
    assert [mail.recipient for mail in OutboxMessage.objects.all()] == ["leitung@example.org"]


def test_a_new_day_means_new_reminders(portal, olena):
    action = factories.action(portal, owner=olena, due=day(1))
    actions.remind_owners()
    actions.change_action(action=action, user=portal.yasmin, due=day(2))
    assert ActionItem.objects.get().reminded_on is None


def test_a_coordinator_plans_changes_and_ends_actions_in_the_admin(client, portal, olena):
    client.force_login(portal.yasmin)
    new = reverse("network_action_new")
    assert client.get(new).status_code == 200
    assert client.post(new, {"text": "Raum suchen"}).status_code == 422
    named = {"text": "Frau Haddad anrufen", "owner": olena.pk}
    assert client.post(new, named).status_code == 422
    assert client.post(new, {"text": "Raum suchen", "owner": olena.pk, "due": day(4).isoformat()}).status_code == 302
    action = ActionItem.objects.get()
    address = reverse("network_action", args=[action.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"state": "1", "state-status": "done"}).status_code == 422
    ended = {"state": "1", "state-status": "done", "state-note": "Gefunden"}
    assert client.post(address, ended).status_code == 302
    listed = reverse("network_actions")
    assert "Raum suchen" not in client.get(listed).content.decode()
    assert "Raum suchen" in client.get(f"{listed}?status=done").content.decode()
    assert client.get(f"{listed}?status=nope").status_code == 200


def test_omar_plans_no_actions(client, portal, olena):
    action = factories.action(portal, owner=olena)
    client.force_login(portal.omar)
    for address in (reverse("network_actions"), reverse("network_action", args=[action.pk])):
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, {"text": "x", "owner": olena.pk}).status_code in (302, 403, 405)
    with pytest.raises(NotAllowed):
        actions.plan_action(district=portal.district, user=portal.omar, text="x", owner=olena)


def test_people_of_another_district_get_no_actions_of_ours(portal, olena):
    from tests.network.meetings.test_audience import found_other_district

    theirs = network.member(portal, "Nachbarin", district=found_other_district(portal))
    with pytest.raises(NotAllowed):
        actions.plan_action(district=portal.district, user=portal.yasmin, text="x", owner=theirs)
    with pytest.raises(DomainError):
        actions.plan_action(district=portal.district, user=portal.yasmin, text="x")
