"""When can you come? Dates are proposed, people answer by link, one becomes a meeting that keeps their answers."""

from __future__ import annotations

from datetime import time

import pytest
from django.urls import reverse

from network.meetings import actions
from network.meetings.models import DatePoll, Meeting, PollInvitation, PollVote, Rsvp, StandardItem
from network.meetings.statuses import Answer, MeetingStatus, PollStatus
from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from portal.seats import Seat
from tests.network import factories


@pytest.fixture
def yasmin(portal):
    factories.coordinator(portal)
    return portal.yasmin


def draft(portal, **more):
    facts = {
        "district": portal.district,
        "title": "Workshop",
        "level": "LANGUAGE",
        "place": "Saal 1",
        "mailbox": "koordination@example.org",
        "closes_on": factories.in_days(10),
    }
    return DatePoll(**{**facts, **more})


def slots(*days):
    return [(factories.in_days(day), time(9), time(10)) for day in days]


def guests(*names):
    return [actions.Guest(name, f"{name.lower()}@example.org", "en") for name in names]


@pytest.fixture
def poll(portal, yasmin):
    return actions.ask_for_dates(
        poll=draft(portal), user=yasmin, slots=slots(20, 21, 22), guests=guests("Nadia", "Emre", "Jana")
    )


def token_of(address):
    body = OutboxMessage.objects.get(recipient=address, dedupe_key__startswith="poll:").body
    return body.split("/date-poll/")[1].split("/")[0]


def say(client, poll, token, *votes, **more):
    options = list(poll.options.all())
    data = {f"option-{option.pk}": vote for option, vote in zip(options, votes, strict=False)}
    return client.post(f"/en/date-poll/{token}/", {**data, **more})


def test_everybody_asked_gets_a_link_of_their_own_and_no_calendar_entry(poll, client):
    tokens = {token_of(f"{name}@example.org") for name in ("nadia", "emre", "jana")}
    assert len(tokens) == 3
    assert not OutboxMessage.objects.exclude(calendar="").exists()
    page = client.get(f"/en/date-poll/{tokens.pop()}/")
    assert page.status_code == 200
    assert not page.cookies.get("sessionid")
    assert "no-store" in page["Cache-Control"]


def test_people_answer_without_login_change_their_mind_and_reading_changes_nothing(poll, client):
    token = token_of("nadia@example.org")
    client.get(f"/en/date-poll/{token}/")
    assert not PollVote.objects.exists()
    assert say(client, poll, token, "yes", "maybe", "no", comment="Gern vormittags").status_code == 303
    assert say(client, poll, token, "no", "maybe", "yes").status_code == 303
    votes = PollVote.objects.order_by("option__day").values_list("vote", flat=True)
    assert list(votes) == ["no", "maybe", "yes"]
    assert PollInvitation.objects.exclude(answered_at=None).count() == 1


def test_an_unfinished_answer_is_shown_again_with_what_was_chosen(poll, client):
    token = token_of("nadia@example.org")
    answer = say(client, poll, token, "yes", comment="Bin im Urlaub")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Bin im Urlaub" in text
    assert 'value="yes"' in text.split("checked")[0][-200:]
    assert say(client, poll, token, "yes", "evil", "no").status_code == 422
    assert not PollVote.objects.exists()


def test_the_chosen_date_is_a_meeting_that_keeps_what_people_said(portal, yasmin, poll, client):
    StandardItem.objects.create(district=portal.district, level="LANGUAGE", title="Begrüßung")
    StandardItem.objects.create(district=portal.district, level="STEERING", title="Anderes")
    say(client, poll, token_of("nadia@example.org"), "yes", "no", "no", comment="Mit Kind")
    say(client, poll, token_of("emre@example.org"), "maybe", "yes", "no")
    option = poll.options.first()
    meeting = actions.decide_poll(poll=poll, user=yasmin, option=option)
    assert (meeting.day, meeting.starts, meeting.status) == (option.day, time(9), MeetingStatus.INVITED)
    said = dict(Rsvp.objects.values_list("invitation__guest_email", "answer"))
    assert said == {
        "nadia@example.org": Answer.YES,
        "emre@example.org": Answer.MAYBE,
        "jana@example.org": Answer.PENDING,
    }
    nadia = Rsvp.objects.get(answer=Answer.YES)
    assert (nadia.seat, nadia.comment) == (Seat.CONFIRMED, "Mit Kind")
    assert [item.title for item in meeting.agenda.all()] == ["Begrüßung"]
    assert OutboxMessage.objects.filter(calendar_method="REQUEST").count() == 3
    mail = OutboxMessage.objects.get(recipient="nadia@example.org", calendar_method="REQUEST")
    assert "noted for you already" in mail.body
    personal = mail.body.split("/rsvp/")[1].split("/")[0]
    assert client.get(f"/en/rsvp/{personal}/").status_code == 200


def test_after_the_decision_or_the_last_day_nobody_answers_any_more(portal, yasmin, poll, client):
    token = token_of("nadia@example.org")
    DatePoll.objects.update(closes_on=factories.in_days(-1))
    assert say(client, poll, token, "yes", "yes", "yes").status_code == 409
    DatePoll.objects.update(closes_on=factories.in_days(1))
    actions.decide_poll(poll=poll, user=yasmin, option=poll.options.first())
    assert say(client, poll, token, "yes", "yes", "yes").status_code == 409
    assert client.get(f"/en/date-poll/{token}/").status_code == 200
    with pytest.raises(DomainError):
        actions.decide_poll(poll=poll, user=yasmin, option=poll.options.last())
    assert Meeting.objects.count() == 1


def test_a_withdrawn_poll_tells_everybody_and_makes_no_meeting(yasmin, poll):
    actions.withdraw_poll(poll=poll, user=yasmin)
    assert OutboxMessage.objects.filter(dedupe_key__contains=":poll_withdrawn:").count() == 3
    assert not Meeting.objects.exists()
    assert DatePoll.objects.get().status == PollStatus.WITHDRAWN


def test_nobody_is_asked_twice_and_a_member_who_left_answers_no_more(portal, yasmin, poll, client):
    karla = factories.member(portal, "Karla")
    again = guests("Nadia", "Timo")
    assert len(actions.ask_more(poll=poll, user=yasmin, members=[karla, karla], guests=again)) == 2
    token = token_of("karla@example.org")
    karla.left_on = factories.in_days(-1)
    karla.save()
    assert client.get(f"/en/date-poll/{token}/").status_code == 404


@pytest.mark.parametrize("wrong", [slots(20), slots(-1, 20), [(factories.in_days(9), time(9), time(8)), *slots(20)]])
def test_dates_that_make_no_sense_are_refused(portal, yasmin, wrong):
    with pytest.raises(DomainError):
        actions.ask_for_dates(poll=draft(portal), user=yasmin, slots=wrong)
    assert not DatePoll.objects.exists()


def test_a_coordinator_asks_and_decides_in_the_admin(portal, yasmin, client):
    client.force_login(yasmin)
    days = [factories.in_days(day).strftime("%d.%m.%Y") for day in (20, 21)]
    data = {
        "title": "Steuerung",
        "level": "STEERING",
        "audience": "level",
        "mode": "online",
        "mailbox": "k@example.org",
        "closes_on": factories.in_days(5).isoformat(),
        "guest_language": "de",
        "guests": "Nadia, nadia@example.org",
        "slots": f"{days[0]} 09:30 bis 11:00\n{days[1]}, 14:00 to 15:30",
    }
    add = reverse("network_polls:add")
    assert client.get(add).status_code == 200
    assert client.post(add, {**data, "slots": "morgen\nübermorgen"}).status_code == 422
    made = client.post(add, data)
    assert made.status_code == 302, made.context["form"].errors
    poll = DatePoll.objects.get()
    page = reverse("network_polls:edit", args=[poll.pk])
    assert "Nadia" in client.get(page).content.decode()
    assert client.get(reverse("network_polls:index")).status_code == 200
    client.post(page, {"option": poll.options.last().pk})
    assert Meeting.objects.get().starts == time(14)


def test_omar_neither_asks_nor_decides_nor_reads(portal, yasmin, poll, client):
    for act in (
        lambda: actions.ask_for_dates(poll=draft(portal), user=portal.omar, slots=slots(20, 21)),
        lambda: actions.ask_more(poll=poll, user=portal.omar),
        lambda: actions.decide_poll(poll=poll, user=portal.omar, option=poll.options.first()),
        lambda: actions.withdraw_poll(poll=poll, user=portal.omar),
    ):
        with pytest.raises(NotAllowed):
            act()
    client.force_login(portal.omar)
    for path in (reverse("network_polls:edit", args=[poll.pk]), reverse("network_polls:index")):
        assert b"Nadia" not in client.get(path, follow=True).content
