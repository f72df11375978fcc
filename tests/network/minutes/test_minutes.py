"""Write minutes together, send them, hear objections, correct, publish, withdraw."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.meetings.models import Meeting
from network.minutes import actions
from network.minutes.models import ActionItem, EntryVersion, GuardMark, Minutes, Objection
from network.minutes.personal import papers_token
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from tests.network import factories as network
from tests.network.minutes import factories


@pytest.fixture
def yasmin(portal, client):
    member = network.coordinator(portal)
    client.force_login(portal.yasmin)
    return member


def page_of(entry):
    return reverse("network_minutes_entry", args=[entry.minutes.meeting_id, entry.pk])


def desk(minutes):
    return reverse("network_minutes_desk", args=[minutes.meeting_id])


def typed(entry, **more):
    return {"revision": entry.revision, "heading": entry.heading, "note": "", "decision": "", **more}


def test_opening_gives_an_entry_for_each_point_and_the_meeting_has_taken_place(client, portal, yasmin):
    meeting = factories.held(portal)
    address = reverse("network_minutes_desk", args=[meeting.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"do": "start"}).status_code == 302
    assert client.post(address, {"do": "start"}).status_code == 302
    minutes = Minutes.objects.get()
    assert [entry.heading for entry in minutes.entries.all()] == ["Begrüßung", "Kursplanung"]
    meeting.refresh_from_db()
    assert (meeting.status, minutes.scope) == ("minutes_draft", "nobody")
    assert client.get(address).status_code == 200


def test_minutes_of_a_meeting_next_week_cannot_be_opened(portal, yasmin):
    with pytest.raises(DomainError):
        actions.start(meeting=network.meeting(portal, day=network.in_days(7)), user=portal.yasmin)


def test_an_entry_is_written_with_decision_votes_and_an_action(client, portal, yasmin):
    entry = factories.minutes(portal).entries.last()
    assert client.get(page_of(entry)).status_code == 200
    response = client.post(
        page_of(entry),
        typed(
            entry,
            note="Es fehlen Kurse.",
            decision="Wir fragen an.",
            votes_for="7",
            votes_against="0",
            votes_abstained="1",
            action_text="Träger fragen",
            action_owner=yasmin.pk,
            action_due=network.in_days(9).isoformat(),
        ),
    )
    assert response.status_code == 302, response.context["form"].errors
    entry.refresh_from_db()
    assert (entry.note, entry.votes_for, entry.votes_abstained) == ("Es fehlen Kurse.", 7, 1)
    assert (entry.revision, entry.written_by) == (1, portal.yasmin)
    action = ActionItem.objects.get()
    assert (action.entry, action.owner, action.meeting) == (entry, yasmin, entry.minutes.meeting)


def test_two_people_save_at_once_both_texts_survive_and_the_second_is_asked(client, portal, yasmin):
    entry = factories.minutes(portal).entries.last()
    first, second = typed(entry, note="Text der ersten"), typed(entry, note="Text der zweiten", action_text="Offen")
    assert client.post(page_of(entry), first).status_code == 302
    asked = client.post(page_of(entry), {**second, "action_owner": yasmin.pk})
    assert asked.status_code == 409
    page = asked.content.decode()
    assert "Text der ersten" in page
    assert "Text der zweiten" in page
    assert not ActionItem.objects.exists()
    entry.refresh_from_db()
    assert (entry.note, entry.revision) == ("Text der ersten", 1)
    assert EntryVersion.objects.get(kind="aside").content["note"] == "Text der zweiten"
    # Even without an answer the text is still there.
    assert "Text der zweiten" in client.get(page_of(entry)).content.decode()
    joined = client.post(page_of(entry), {**second, "revision": 1, "join": "1", "action_owner": yasmin.pk})
    assert joined.status_code == 302
    entry.refresh_from_db()
    assert entry.note == "Text der ersten\n\nText der zweiten"
    assert ActionItem.objects.get().text == "Offen"


def test_who_insists_on_their_text_does_not_destroy_the_other(client, portal, yasmin):
    entry = factories.minutes(portal).entries.last()
    client.post(page_of(entry), typed(entry, note="Text der ersten"))
    assert client.post(page_of(entry), typed(entry, note="Text der zweiten")).status_code == 409
    assert client.post(page_of(entry), {**typed(entry, note="Text der zweiten"), "revision": 1}).status_code == 302
    entry.refresh_from_db()
    assert entry.note == "Text der zweiten"
    kept = EntryVersion.objects.get(kind="saved")
    assert kept.content["note"] == "Text der ersten"
    assert "Text der ersten" in client.get(f"{page_of(entry)}?take={kept.pk}").content.decode()


def test_saving_the_same_text_twice_is_no_conflict(client, portal, yasmin):
    entry = factories.minutes(portal).entries.last()
    for _n in range(2):
        assert client.post(page_of(entry), typed(entry, note="Gleich")).status_code == 302
    entry.refresh_from_db()
    assert entry.revision == 1
    assert not EntryVersion.objects.filter(kind="aside").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"heading": ""},
        {"votes_for": "3"},
        {"votes_for": "3", "votes_against": "1"},
        {"votes_for": "-1", "votes_against": "0", "decision": "x"},
        {"revision": "x"},
        {"action_text": "Jemand müsste"},
        {"action_due": "2027-01-01"},
        {"note": "x" * 20001},
    ],
)
def test_a_mistake_is_shown_and_the_text_stays_in_the_form(client, portal, yasmin, wrong):
    entry = factories.minutes(portal).entries.last()
    response = client.post(page_of(entry), typed(entry, **{"note": "Langer Text", **wrong}))
    assert response.status_code == 422
    assert wrong.get("note", "Langer Text") in response.content.decode()
    entry.refresh_from_db()
    assert (entry.revision, entry.note) == (0, "")


def test_the_guard_shows_what_and_where_and_keeps_nothing_before_a_decision(client, portal, yasmin):
    entry = factories.minutes(portal).entries.last()
    text = "Zeile eins.\nFrau Haddad, Bahnhofstraße 12, wartet."
    asked = client.post(page_of(entry), typed(entry, note=text))
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "<mark>Frau Haddad</mark>" in page
    assert "<mark>Bahnhofstraße 12</mark>" in page
    entry.refresh_from_db()
    assert (entry.note, GuardMark.objects.count()) == ("", 0)
    found = {row.words: row.fingerprint for row in asked.context["form"].suspicions}
    half = client.post(page_of(entry), typed(entry, note=text, harmless=[found["Bahnhofstraße 12"]]))
    assert half.status_code == 422
    done = client.post(
        page_of(entry), typed(entry, note=text, harmless=[found["Bahnhofstraße 12"]], guard_reason="Referentin")
    )
    assert done.status_code == 302
    assert set(GuardMark.objects.values_list("entry", "reason")) == {(None, ""), (entry.pk, "Referentin")}
    entry.refresh_from_db()
    assert client.post(page_of(entry), typed(entry, note=f"{text} Lange.")).status_code == 302


def test_sending_shows_the_minutes_to_those_invited_and_forgets_drafts(client, portal, yasmin):
    minutes = factories.minutes(portal)
    guest, _token = network.invited(minutes.meeting, guest_language="en")
    gone, _token = network.invited(minutes.meeting)
    gone.revoked_at = gone.created_at
    gone.save()
    for text in ("Erster Entwurf", "Zweiter Entwurf"):
        factories.wrote(portal, minutes, text)
    assert client.post(desk(minutes), {"do": "submit", "days": "7"}).status_code == 302
    minutes.refresh_from_db()
    assert (minutes.status, minutes.scope) == ("submitted", "participants")
    assert minutes.object_until == network.in_days(7)
    assert set(EntryVersion.objects.values_list("kind", flat=True)) == {"sent"}
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.language) == (guest.email, "en")
    assert "Entwurf" not in mail.body
    link = next(line for line in mail.body.splitlines() if "/papers/" in line)
    client.logout()
    assert "Zweiter Entwurf" in client.get(link.replace("http://testserver", "")).content.decode()


def test_empty_minutes_are_not_sent(portal, yasmin):
    with pytest.raises(DomainError):
        actions.submit(minutes=factories.minutes(portal), user=portal.yasmin)


def test_a_guest_objects_by_link_and_reads_the_answer(client, portal, yasmin):
    meeting = factories.held(portal)
    invitation, token = network.invited(meeting)
    minutes = factories.sent(portal, meeting)
    entry = minutes.entries.last()
    client.logout()
    address = f"/de/papers/{token}/minutes/"
    assert client.post(address, {"entry": entry.pk, "text": ""}).status_code == 422
    assert client.post(address, {"entry": 999999, "text": "Falsch"}).status_code == 422
    assert client.post(address, {"entry": entry.pk, "text": "Es waren zwölf Plätze."}).status_code == 303
    objection = Objection.objects.get()
    assert (objection.entry, objection.invitation) == (entry, invitation)
    with pytest.raises(DomainError):
        actions.approve(minutes=minutes, user=portal.yasmin)
    assert actions.approve_unopposed(network.in_days(30)) == 0
    client.force_login(portal.yasmin)
    posted = {"do": "answer", "objection": objection.pk, "answer": "Stimmt, berichtigt.", "accepted": ""}
    assert client.post(desk(minutes), posted).status_code == 302
    assert "Stimmt, berichtigt." in client.get(address).content.decode()
    assert OutboxMessage.objects.filter(recipient=invitation.email, dedupe_key__contains="answered").exists()


def test_minutes_nobody_objects_to_are_approved_when_the_days_are_over(portal, yasmin):
    minutes = factories.sent(portal)
    assert actions.approve_unopposed(minutes.object_until) == 0
    assert actions.approve_unopposed(minutes.object_until + timedelta(days=1)) == 1
    assert actions.approve_unopposed(minutes.object_until + timedelta(days=1)) == 0
    assert Minutes.objects.get().status == "approved"
    assert Meeting.objects.get().status == "minutes_approved"


def test_after_the_last_day_nobody_objects(client, portal, yasmin):
    meeting = factories.held(portal)
    _invitation, token = network.invited(meeting)
    minutes = factories.sent(portal, meeting)
    Minutes.objects.update(object_until=network.in_days(-1))
    assert client.post(f"/de/papers/{token}/minutes/", {"text": "Zu spät"}).status_code == 403
    assert not Objection.objects.filter(minutes=minutes).exists()


def test_a_correction_keeps_the_original_and_shows_the_difference(client, portal, yasmin):
    meeting = factories.held(portal)
    _invitation, token = network.invited(meeting)
    minutes = factories.approved(portal, meeting, "Es fehlen zehn Plätze.")
    entry = minutes.entries.last()
    no_reason = client.post(page_of(entry), typed(entry, note="Es fehlen zwölf Plätze."))
    assert no_reason.status_code == 422
    done = client.post(page_of(entry), typed(entry, note="Es fehlen zwölf Plätze.", reason="Zahl war falsch"))
    assert done.status_code == 302
    page = client.get(f"/de/papers/{token}/minutes/").content.decode()
    assert "<del>zehn</del>" in page
    assert "<ins>zwölf</ins>" in page
    assert "Zahl war falsch" in page
    assert EntryVersion.objects.get(entry=entry, kind="sent").content["note"] == "Es fehlen zehn Plätze."


def test_personal_data_found_late_is_erased_from_the_original_too(client, portal, yasmin):
    meeting = factories.held(portal)
    _invitation, token = network.invited(meeting)
    minutes = factories.approved(portal, meeting, "Familie aus Haus sieben wartet.")
    entry = minutes.entries.last()
    posted = typed(entry, note="Eine Familie wartet.", reason="Datenschutz", erase_earlier="on")
    assert client.post(page_of(entry), posted).status_code == 302
    assert "Haus sieben" not in client.get(f"/de/papers/{token}/minutes/").content.decode()
    assert not [row for row in EntryVersion.objects.all() if "Haus sieben" in str(row.content)]


def test_withdrawn_minutes_are_gone_at_once_with_their_public_summary(client, portal, yasmin):
    meeting = factories.held(portal)
    invitation, token = network.invited(meeting)
    minutes = factories.approved(portal, meeting)
    client.post(desk(minutes), {"do": "summary", "title": "Zebrastreifen", "text": "Mehr Kurse.", "public": "1"})
    address = reverse("summary", args=[minutes.pk])
    client.logout()
    assert "Zebrastreifen" in client.get(reverse("summaries")).content.decode()
    assert "Mehr Kurse." in client.get(address).content.decode()
    assert client.get(address).status_code == 200
    client.force_login(portal.yasmin)
    assert client.post(desk(minutes), {"do": "withdraw"}).status_code == 302
    client.logout()
    for path in (f"/de/papers/{token}/minutes/", f"/de/papers/{papers_token(invitation)}/minutes/", address):
        assert client.get(path).status_code == 404, path
    assert "Zebrastreifen" not in client.get(reverse("summaries")).content.decode()


def test_the_public_summary_is_guarded_and_shows_nothing_else(client, portal, yasmin):
    minutes = factories.approved(portal, factories.held(portal, "Geheimer Titel", audience="invited"), "Intern")
    posted = {"do": "summary", "title": "Ergebnisse", "text": "Herr Alrashid hat Recht.", "public": "1"}
    assert client.post(desk(minutes), posted).status_code == 422
    assert client.post(desk(minutes), {**posted, "text": "Mehr Kurse."}).status_code == 302
    client.logout()
    page = client.get(reverse("summary", args=[minutes.pk])).content.decode()
    assert "Mehr Kurse." in page
    for secret in ("Geheimer Titel", "Intern", "Kursplanung", "Yasmin", minutes.meeting.slug):
        assert secret not in page, secret


@pytest.mark.parametrize("do", ["start", "submit", "approve", "publish", "withdraw", "summary", "entry", "frame"])
@pytest.mark.parametrize("who", ["omar", "eva"])
def test_omar_neither_writes_nor_publishes(client, portal, who, do):
    network.coordinator(portal)
    minutes = factories.sent(portal)
    client.force_login(getattr(portal, who))
    posted = {"do": do, "scope": "network", "heading": "Meins", "days": "1", "title": "a", "text": "b", "public": "1"}
    assert client.get(desk(minutes)).status_code in (302, 403)
    assert client.post(desk(minutes), posted).status_code in (302, 403)
    assert client.post(page_of(minutes.entries.last()), {"note": "x"}).status_code in (302, 403)
    fresh = Minutes.objects.get()
    assert (fresh.status, fresh.scope, fresh.entries.count()) == ("submitted", "participants", 2)
    with pytest.raises(NotAllowed):
        actions.withdraw(minutes=minutes, user=getattr(portal, who))


def test_a_named_writer_writes_but_does_not_publish(client, portal, yasmin):
    lena = network.member(portal, "Lena", user=portal.lena)
    minutes = factories.minutes(portal)
    actions.set_frame(minutes=minutes, user=portal.yasmin, taker=lena, attendance_note="")
    client.force_login(portal.lena)
    entry = minutes.entries.last()
    assert client.post(page_of(entry), typed(entry, note="Von Lena")).status_code == 302
    assert client.get(desk(minutes)).status_code == 200
    assert client.post(desk(minutes), {"do": "submit", "days": "5"}).status_code == 403
    lena.left_on = timezone.localdate() - timedelta(days=1)
    lena.save()
    assert client.get(desk(minutes)).status_code in (302, 403)
