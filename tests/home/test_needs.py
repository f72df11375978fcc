"""A request from the form "Report a need" becomes a need, by a coordinator who may read it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.needs.models import Need
from portal.models import OutboxMessage
from services.directory.models import OfficeMembership
from services.inbox.actions import ensure_keys
from services.inbox.models import CaseEvent
from tests.network import factories as network
from tests.network.needs.factories import need
from tests.services.inbox.factories import case_of, part, send

GIVEN = {
    "need_title": "Umzug ohne Übergabe",
    "category": "administration",
    "need_type": "process",
    "need_description": "Familien ziehen um und die neue Stelle weiß nichts davon.",
    "municipalities": ["08326074"],
    "need_phase": ["AU"],
    "persons_affected": "21-100",
    "need_since": "2025-03",
    "need_urgency": "now",
    "impact": "middle",
    "visible_to": "coordination",
    "reporter": "Stadt",
    "reach_by": "email",
    "reach_email": "fachkraft@example.org",
}


@pytest.fixture(autouse=True)
def _keys(portal):
    ensure_keys(portal.district)


@pytest.fixture
def case(portal):
    document = {"entries": [{"key": key, "value": value, "label": {}, "text": {}} for key, value in GIVEN.items()]}
    receipt = send(portal, part(portal, "KOORD", document=document), form_key="need-report", language="en")
    return case_of(receipt, "KOORD")


def at(case):
    return reverse("case_need", args=[case.pk])


def typed(form):
    values = {name: form[name].value() for name in form.fields}
    values["municipalities"] = [town.pk for town in form.initial["municipalities"]]
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


def test_a_coordinator_takes_a_request_over_and_the_sender_hears_of_it(client, portal, case):
    network.coordinator(portal)
    client.force_login(portal.yasmin)
    assert at(case) in client.get(reverse("case", args=[case.pk])).content.decode()
    shown = client.get(at(case))
    assert shown.status_code == 200
    assert "Umzug ohne Übergabe" in shown.content.decode()
    sent = typed(shown.context["form"])
    assert client.post(at(case), sent).status_code == 302
    made = Need.objects.get()
    assert (made.title, made.category, made.kind, made.stage) == (GIVEN["need_title"], "authorities", "conflict", "AU")
    assert (made.reach, made.urgency, made.impact, made.visibility) == ("25-49", 4, 3, "coordination")
    assert (made.source, made.status, made.since.month) == ("form", "new", 3)
    report = made.reports.get()
    assert (report.body, report.email, report.language) == ("Stadt", "fachkraft@example.org", "en")
    mail = OutboxMessage.objects.get(recipient="fachkraft@example.org")
    assert mail.subject == f"We have your report of a need: {made.code}"
    assert "Umzug" not in mail.body
    assert client.post(at(case), sent).status_code == 409, "once"
    assert Need.objects.count() == 1


def test_without_the_tick_no_address_is_kept(client, portal, case):
    network.coordinator(portal)
    client.force_login(portal.yasmin)
    sent = typed(client.get(at(case)).context["form"])
    del sent["tells_reporter"]
    assert client.post(at(case), sent).status_code == 302
    assert Need.objects.get().reports.get().email == ""


def test_a_name_in_the_request_is_found_before_it_is_taken_over(client, portal, case):
    network.coordinator(portal)
    client.force_login(portal.yasmin)
    sent = typed(client.get(at(case)).context["form"])
    response = client.post(at(case), {**sent, "description": "Herr Karimi zog um."})
    assert response.status_code == 422
    assert "Herr Karimi" in response.content.decode()
    assert not Need.objects.exists()


def test_reading_to_take_over_is_an_event_of_the_request(client, portal, case):
    network.coordinator(portal)
    client.force_login(portal.yasmin)
    before = CaseEvent.objects.filter(case_id=case.pk).count()
    client.get(at(case))
    assert CaseEvent.objects.filter(case_id=case.pk).count() == before + 1


@pytest.mark.parametrize("reader", ["lena", "omar", "eva", "ada", "yasmin"])
def test_nobody_else_takes_it_over(client, portal, case, reader):
    """Yasmin works for the office but coordinates nothing here; Ada may everything but reads no request."""
    client.force_login(getattr(portal, reader))
    assert client.get(at(case)).status_code != 200
    assert client.post(at(case), {"title": "x"}).status_code != 200
    assert not Need.objects.exists()


def test_a_coordinator_who_does_not_work_for_the_office_cannot_read_the_request(client, portal, case):
    network.coordinator(portal)
    OfficeMembership.objects.filter(user=portal.yasmin).delete()
    client.force_login(portal.yasmin)
    assert client.get(at(case)).status_code != 200


def test_other_requests_are_not_offered(client, portal):
    network.coordinator(portal)
    client.force_login(portal.yasmin)
    other = case_of(send(portal, part(portal, "KOORD")), "KOORD")
    assert at(other) not in client.get(reverse("case", args=[other.pk])).content.decode()
    assert client.get(at(other)).status_code != 200


def test_a_need_shows_only_meetings_its_reader_may_know(client, portal):
    from network.members.statuses import Level
    from tests.network.needs.factories import member

    network.coordinator(portal)
    meeting = network.meeting(portal, "Steuerung", audience="level", level=Level.STEERING, slug="steuerung")
    network.meeting(portal, "Offen", audience="network", slug="offen")
    one = need(portal)
    client.force_login(portal.yasmin)
    act = reverse("network_needs:act", args=[one.pk, "link"])
    for slug in ("steuerung", "http://testserver/de/meetings/offen/"):
        assert client.post(act, {"kind": "meeting", "target": slug}).status_code == 302
    assert client.post(act, {"kind": "meeting", "target": "gibt-es-nicht"}).status_code == 422
    katrin = member(portal, "Katrin")
    client.force_login(katrin.user)
    text = client.get(f"/en/needs/{one.code}/").content.decode()
    assert "Offen" in text
    assert meeting.title not in text
