"""Propose, decide, order, fit into the time, carry open actions over."""

from __future__ import annotations

from datetime import time

import pytest
from django.urls import reverse

from network.meetings.models import AgendaItem, StandardItem
from network.meetings.running_order import running_order
from network.meetings.statuses import MeetingStatus
from network.minutes import actions
from network.minutes.models import AgendaProposal
from network.minutes.personal import papers_token
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from tests.network import factories as network
from tests.network.minutes import factories


@pytest.fixture
def yasmin(portal):
    return network.coordinator(portal)


@pytest.fixture
def meeting(portal, yasmin):
    meeting = network.meeting(portal, starts=time(9, 30), ends=time(11, 0))
    network.agenda(meeting, "Begrüßung", "Kurse", "Ausblick")
    return meeting


def typed(**more):
    return {"title": "Dolmetschen am Wochenende", "kind": "discussion", "minutes": "20", "note": "", **more}


def test_a_guest_proposes_by_the_link_of_the_invitation_without_an_account(client, portal, meeting):
    invitation, token = network.invited(meeting)
    page = client.get(f"/de/papers/{token}/")
    assert page.status_code == 200
    assert not page.cookies.get("sessionid")
    assert "no-store" in page["Cache-Control"]
    response = client.post(f"/de/papers/{token}/", typed())
    assert response.status_code == 303
    proposal = AgendaProposal.objects.get()
    assert (proposal.invitation, proposal.state, proposal.minutes_planned) == (invitation, "open", 20)
    assert factories.titles(meeting) == ["Begrüßung", "Kurse", "Ausblick"]
    assert "Dolmetschen am Wochenende" in client.get(f"/de/papers/{token}/").content.decode()
    assert OutboxMessage.objects.get().recipient == "koordination@example.org"


def test_nobody_else_sees_a_proposal_before_it_is_accepted(client, portal, meeting):
    _mine, token = network.invited(meeting)
    _theirs, other = network.invited(meeting)
    client.post(f"/de/papers/{token}/", typed(title="Zebrastreifen"))
    assert AgendaProposal.objects.get().title == "Zebrastreifen"
    assert "Zebrastreifen" not in client.get(f"/de/papers/{other}/").content.decode()
    assert "Zebrastreifen" not in client.get(f"/de/rsvp/{other}/").content.decode()


def test_sending_twice_proposes_once_and_ten_are_enough(client, portal, meeting):
    invitation, token = network.invited(meeting)
    for _n in range(2):
        client.post(f"/de/papers/{token}/", typed())
    assert AgendaProposal.objects.count() == 1
    for number in range(9):
        actions.propose(invitation=invitation, title=f"Punkt {number}")
    assert client.post(f"/de/papers/{token}/", typed(title="Noch einer")).status_code == 409
    assert AgendaProposal.objects.count() == 10


@pytest.mark.parametrize("wrong", [{"title": ""}, {"minutes": "-3"}, {"minutes": "viele"}, {"kind": "party"}])
def test_a_mistake_keeps_what_was_typed(client, portal, meeting, wrong):
    _invitation, token = network.invited(meeting)
    response = client.post(f"/de/papers/{token}/", typed(note="Es geht um Samstage.", **wrong))
    assert response.status_code == 422
    assert "Es geht um Samstage." in response.content.decode()
    assert not AgendaProposal.objects.exists()


def test_a_proposal_about_a_client_must_be_changed_or_explained(client, portal, meeting):
    _invitation, token = network.invited(meeting)
    named = typed(note="Frau Haddad wartet seit Mai.")
    response = client.post(f"/de/papers/{token}/", named)
    assert response.status_code == 422
    assert "<mark>Frau Haddad</mark>" in response.content.decode()
    assert not AgendaProposal.objects.exists()
    client.post(f"/de/papers/{token}/", {**named, "guard_reason": "Sie spricht als Referentin."})
    assert AgendaProposal.objects.count() == 1


def test_a_wrong_withdrawn_or_forged_link_opens_nothing(client, portal, meeting):
    invitation, token = network.invited(meeting)
    signed = papers_token(invitation)
    assert client.get(f"/de/papers/{signed}/").status_code == 200
    invitation.revoked_at = invitation.created_at
    invitation.save()
    for wrong in (token, signed, "x", f"{signed}x", "1:2:3", "%00"):
        assert client.get(f"/de/papers/{wrong}/").status_code == 404, wrong
        assert client.post(f"/de/papers/{wrong}/", typed()).status_code == 404, wrong


def test_a_final_agenda_takes_no_proposals(client, portal, meeting):
    _invitation, token = network.invited(meeting)
    actions.finish_agenda(meeting=meeting, user=portal.yasmin, final=True)
    assert client.post(f"/de/papers/{token}/", typed()).status_code == 403
    actions.finish_agenda(meeting=meeting, user=portal.yasmin, final=False)
    assert client.post(f"/de/papers/{token}/", typed()).status_code == 303


def test_accepting_puts_it_before_the_closing_items_and_tells_the_author_in_their_language(portal, meeting):
    StandardItem.objects.create(district=portal.district, title="Begrüßung", order=1)
    StandardItem.objects.create(district=portal.district, title="Termine", is_last=True, minutes_planned=5)
    assert actions.add_standard_items(meeting=meeting, user=portal.yasmin) == 1
    invitation, _token = network.invited(meeting, guest_language="en")
    proposal = actions.propose(invitation=invitation, title="Dolmetschen", minutes=20)
    OutboxMessage.objects.all().delete()
    item = actions.accept(proposal=proposal, user=portal.yasmin)
    assert factories.titles(meeting) == ["Begrüßung", "Kurse", "Ausblick", "Dolmetschen", "Termine"]
    assert (item.origin, item.minutes_planned) == ("proposed", 20)
    mail = OutboxMessage.objects.get()
    assert mail.language == "en"
    assert "your proposal is on the agenda now" in mail.body
    with pytest.raises(DomainError):
        actions.accept(proposal=proposal, user=portal.yasmin)


def test_declining_needs_a_reason_that_the_author_reads(client, portal, meeting):
    invitation, token = network.invited(meeting)
    proposal = actions.propose(invitation=invitation, title="Weihnachtsfeier")
    with pytest.raises(DomainError):
        actions.decline(proposal=proposal, user=portal.yasmin, reason=" ")
    actions.decline(proposal=proposal, user=portal.yasmin, reason="Besser im Dezember.")
    assert "Besser im Dezember." in client.get(f"/de/papers/{token}/").content.decode()
    assert "Weihnachtsfeier" not in factories.titles(meeting)


def test_times_run_from_the_beginning_and_too_much_is_said(client, portal, meeting):
    for item, minutes in zip(AgendaItem.objects.filter(meeting=meeting), (15, 60, 30), strict=True):
        actions.change_item(item=item, user=portal.yasmin, minutes_planned=minutes)
    order = running_order(meeting, AgendaItem.objects.filter(meeting=meeting))
    assert [f"{slot.starts:%H:%M}" for slot in order.slots if slot.starts] == ["09:30", "09:45", "10:45"]
    assert (order.planned, order.available, order.over) == (105, 90, 15)
    client.force_login(portal.yasmin)
    page = client.get(reverse("network_agenda_board", args=[meeting.pk]))
    assert page.status_code == 200
    assert "help-warning" in page.content.decode()


def test_points_move_up_and_down_by_buttons(client, portal, meeting):
    client.force_login(portal.yasmin)
    board = reverse("network_agenda_board", args=[meeting.pk])
    last = AgendaItem.objects.filter(meeting=meeting).last()
    for _n in range(4):
        assert client.post(board, {"do": "up", "item": last.pk}).status_code == 302
    assert factories.titles(meeting) == ["Ausblick", "Begrüßung", "Kurse"]
    client.post(board, {"do": "down", "item": last.pk})
    assert factories.titles(meeting) == ["Begrüßung", "Ausblick", "Kurse"]


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        # What is not there sends the reader on, as everywhere in the admin.
        ({"do": "up", "item": "999999"}, 302),
        ({"do": "up", "item": "x"}, 302),
        ({"do": "accept", "proposal": "²"}, 302),
        ({"do": "dance"}, 409),
        ({"do": "add", "title": "", "kind": "info"}, 422),
        ({}, 409),
    ],
)
def test_nonsense_on_the_board_changes_nothing(client, portal, meeting, posted, status):
    client.force_login(portal.yasmin)
    assert client.post(reverse("network_agenda_board", args=[meeting.pk]), posted).status_code == status
    assert factories.titles(meeting) == ["Begrüßung", "Kurse", "Ausblick"]


def test_open_actions_of_the_last_meeting_become_item_one_by_themselves(portal, meeting):
    before = factories.held(portal)
    action = factories.action(portal, "Raum suchen", meeting=before)
    for _n in range(2):
        actions.carry_over_due()
    assert factories.titles(meeting)[1:] == ["Begrüßung", "Kurse", "Ausblick"]
    first = AgendaItem.objects.filter(meeting=meeting).first()
    assert (first.origin, first.minutes_planned) == ("carried", 10)
    action.status, action.status_note = "done", "Gefunden"
    action.save()
    actions.carry_over_due()
    assert factories.titles(meeting) == ["Begrüßung", "Kurse", "Ausblick"]


def test_open_actions_of_another_level_stay_there(portal, meeting):
    factories.action(portal, "Andere Ebene", meeting=factories.held(portal, "Anderes", level="STEERING"))
    actions.carry_over_due()
    assert factories.titles(meeting) == ["Begrüßung", "Kurse", "Ausblick"]


@pytest.mark.parametrize("who", ["omar", "eva", "tarik"])
def test_omar_orders_nothing(client, portal, meeting, who):
    user = getattr(portal, who)
    client.force_login(user)
    board = reverse("network_agenda_board", args=[meeting.pk])
    assert client.get(board).status_code in (302, 403)
    assert client.post(board, {"do": "standard"}).status_code in (302, 403)
    with pytest.raises(NotAllowed):
        actions.add_item(meeting=meeting, user=user, title="Meins")
    assert factories.titles(meeting) == ["Begrüßung", "Kurse", "Ausblick"]


def test_the_agenda_of_a_meeting_that_is_over_stays_as_it_was(portal, meeting):
    meeting.status = MeetingStatus.HELD
    meeting.save()
    with pytest.raises(DomainError):
        actions.add_item(meeting=meeting, user=portal.yasmin, title="Zu spät")
