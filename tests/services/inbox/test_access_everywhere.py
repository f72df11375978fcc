"""Role × action × state and role × address in two tables: everything that can be done with a case, and every way to it.

Refused means: 403, 404 or on to another page, and nothing changed, and neither number nor text of a case in the answer.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.cleaning import CleanFile
from portal.models import OutboxMessage, User
from services.directory.models import OfficeMembership
from services.inbox import actions, envelopes, files, presence
from services.inbox.file_models import Attachment
from services.inbox.models import (
    Absence,
    Appointment,
    Case,
    CaseEvent,
    CaseExport,
    CaseKey,
    CaseTag,
    EraseRequest,
    Message,
    Note,
    SavedFilter,
    Tombstone,
)
from services.inbox.statuses import Direction
from services.inbox.transitions import TABLE
from tests.services.inbox import desk
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, send, write
from tests.services.inbox.officer import dana
from tests.standing import told_once

pytestmark = pytest.mark.ignore_template_errors
SECRETS = (SECRET_TEXT, "GEHEIME-NOTIZ", "GEHEIMER-ORT", "GEHEIME-DATEI", "GEHEIMES-WORT", "GEHEIMER-FILTER")
INSIDE = ("member", "lead")
OUTSIDE = (
    "anonymous",
    "other",
    "other_lead",
    "coordinator",
    "editor",
    "translator",
    "officer",
    "superuser",
    "former",
    "deputy",
)


@dataclass
class World:
    """Lena's office with a case in each state that matters; `paths` are the addresses that lead to them."""

    portal: Any
    cases: dict[str, Case]
    numbers: list[str]
    receipts: dict[str, Any]
    shared: SavedFilter

    @property
    def open(self) -> Case:
        return self.cases["open"]


def story(ready):
    actions.ensure_keys(ready.district)
    nora = User.objects.create_user("nora", "nora@example.org", "nora-passwort-123", first_name="Nora")
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=nora, valid_from="2020-01-01")
    receipts = {state: send(ready) for state in ("open", "closed", "held", "asked")}
    answer(ready, receipts["open"])
    write(ready, receipts["open"], SECRET_TEXT)
    fill(ready, case_of(receipts["open"]))
    for state, change in (
        ("closed", lambda case: actions.close(case=case, by=nora, reason="helped", version=1)),
        ("held", lambda case: actions.hold_retention(case=case, by=nora, until=later(), reason="ongoing", version=1)),
        ("asked", lambda case: actions.ask_to_erase(case=case, by=nora, reason="person", version=1)),
    ):
        change(case_of(receipts[state]))
    for receipt in receipts.values():  # taken, or the coordination office would rightly see that nobody has them
        Case.objects.filter(submission__number=receipt.number).update(assigned_to=nora)
    cases = {state: case_of(receipt) for state, receipt in receipts.items()}
    shared = SavedFilter.objects.create(
        owner=ready.lena, office=ready.offices["LRA_IM"], name="GEHEIMER-FILTER", query="view=open"
    )
    return World(ready, cases, [receipt.number for receipt in receipts.values()], receipts, shared)


kept_world = told_once(story)


@pytest.fixture
def world(kept_world, db):
    return deepcopy(kept_world)


def later():
    return timezone.localdate() + timedelta(days=9)


def fill(ready, case):
    """A note, an appointment, a file, a tag."""
    by = {"case": case, "by": ready.lena}
    actions.add_note(case=case, author=ready.lena, text="GEHEIME-NOTIZ", version=case.version)
    case.refresh_from_db()
    place = {"minutes": 30, "mode": "office", "place": "GEHEIMER-ORT"}
    actions.make_appointment(**by, starts_at=desk.soon(), **place, version=case.version)
    case.refresh_from_db()
    actions.add_tag(**by, name="GEHEIMES-WORT", version=case.version)
    stored = files.store(CleanFile(name="GEHEIME-DATEI.pdf", data=b"%PDF-GEHEIME-DATEI"))
    files.attach(case, [stored], envelopes.key_for_office(case), Direction.IN)


def person(world, role):
    """Somebody in each relation to Lena's office; None is nobody at all."""
    portal, today = world.portal, timezone.localdate()
    if role == "officer":
        return dana()
    if role == "lead":
        portal.lena.memberships.update(is_lead=True)
    if role == "other_lead":
        portal.omar.memberships.update(is_lead=True)
    if role == "former":
        portal.lena.memberships.update(valid_to=today - timedelta(days=1))
    if role == "deputy":  # of an absent member, without working for the office: an absence opens nothing
        Absence.objects.create(user=portal.lena, deputy=portal.omar, first_day=today, last_day=today)
    known = {"member": "lena", "lead": "lena", "former": "lena", "other": "omar", "other_lead": "omar"}
    known |= {"deputy": "omar", "coordinator": "yasmin", "editor": "eva", "translator": "tarik", "superuser": "ada"}
    return getattr(portal, known[role]) if role in known else None


def browser(who):
    """Logged in, and just proved once more: nothing but the right is missing."""
    client = Client()
    if who is not None:
        client.force_login(who)
        desk.prove(client, who)
    return client


def moves(world) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each action of the table with the state in which it is possible and what the page sends."""
    forms = {name: ("open", data) for name, data in desk.forms(world.portal, world.open).items()}
    letter = Message.objects.filter(case=world.open, direction=Direction.IN).get()
    forms |= {
        "translate": ("open", {"message": str(letter.pk), "text": "auf Deutsch"}),
        "cancel": ("open", {"appointment": str(world.open.appointments.get().pk)}),
        "reopen": ("closed", {}),
        "unhold": ("held", {}),
        "erase_no": ("asked", {}),
        "erase_yes": ("asked", {}),
        "tag": ("open", {"tag": "neu"}),
        "untag": ("open", {"tag": "GEHEIMES-WORT"}),
    }
    return forms


MOVES = sorted(set(TABLE) - {"read"}) + ["tag", "untag"]


def picture():
    """Everything about cases that an action could change."""
    kept = (Case, Attachment, Appointment, CaseEvent, CaseExport, CaseKey, CaseTag, EraseRequest, Message, Note)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in (*kept, SavedFilter, Tombstone)}
    return rows | {"tags": list(Case.tags.through.objects.values()), "mails": OutboxMessage.objects.count()}


def refused(response, world, *, numbers=True):
    """Neither allowed nor told anything."""
    assert response.status_code in {302, 303, 403, 404}, response.status_code
    says_nothing(response, world, numbers=numbers)


def says_nothing(response, world, *, numbers=True):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode(errors="replace") + response.get("Content-Disposition", "")
    path = response.request["PATH_INFO"] + response.request["QUERY_STRING"]  # what they typed themselves
    signs = [*SECRETS, *(world.numbers if numbers else ())]
    signs += [str(case.pk) for case in world.cases.values() if str(case.pk) not in path]
    assert not [sign for sign in signs if sign in text], path


def test_the_table_has_every_action(world):
    assert set(moves(world)) == set(MOVES)
    assert set(TABLE) - set(MOVES) == {"read"}
    assert len(TABLE) == 19


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("role", INSIDE)
def test_members_may_do_everything_that_the_state_allows(world, role, name):
    state, data = moves(world)[name]
    case, before = world.cases[state], picture()
    response = browser(person(world, role)).post(
        desk.address(case), {"action": name, "version": case.version, "seen": 0, **data}
    )
    assert response.status_code == 302, response.content.decode()[:2000]
    assert picture() != before


@pytest.mark.parametrize("role", OUTSIDE)
def test_others_may_do_none_of_it_in_no_state(world, role):
    client = browser(person(world, role))
    before = picture()
    for name, (_state, data) in moves(world).items():
        for case in world.cases.values():
            response = client.post(desk.address(case), {"action": name, "version": case.version, **data})
            refused(response, world)
    for data in ({"action": "renew", "checked": "yes"}, {"action": "reply", "do": "preview", "text": "x"}):
        refused(client.post(desk.address(world.open), data), world)
    assert picture() == before


def addresses(world) -> dict[str, str]:
    """Every address that leads to a case or to something of it."""
    case, appointment = world.open, world.open.appointments.get()
    sent = case.attachments.get()
    return {
        "case": desk.address(case),
        "closed": desk.address(world.cases["closed"]),
        "presence": reverse("case_presence", args=[case.pk]),
        "file": reverse("case_file", args=[case.pk, sent.pk]),
        "report": reverse("case_report", args=[case.pk]),
        "filter": reverse("inbox_filter", args=[world.shared.pk]),
        "their file": reverse("case_download", args=[sent.pk]),
        "calendar": reverse("case_appointment", args=[appointment.pk]),
        "list": reverse("inbox"),
        "closed list": reverse("inbox") + "?view=closed",
        "export": reverse("inbox_export"),
        "bulk": f"{reverse('inbox_bulk')}?do=close&case={case.pk}:{case.version}",
        "exports": reverse("inbox_exports"),
        "statistics": reverse("inbox_statistics"),
        "audit": reverse("audit"),
        "retention": reverse("retention_preview") + "?days=90",
        "absences": reverse("inbox_absence"),
        "workload": reverse("inbox_workload"),
        "offices": reverse("inbox_coordination"),
        "templates": reverse("inbox_templates"),
        "mails": reverse("notification_settings"),
        "home": reverse("wagtailadmin_home"),
    }


WORKS = {"other", "other_lead", "deputy", "coordinator"}
LEADS = {"lead", "other_lead"}
OPEN_TO: dict[str, set[str]] = {
    **{name: set(INSIDE) for name in ("case", "closed", "presence", "file", "report", "filter")},
    **{name: set(INSIDE) | WORKS for name in ("list", "closed list", "export", "absences")},
    "their file": set(),  # with the person's receipt only, whatever somebody is here
    "calendar": set(),
    "exports": LEADS,
    "workload": LEADS,
    "statistics": LEADS | {"coordinator"},
    "offices": {"coordinator"},
    "audit": {"officer"},
    "retention": set(INSIDE) | WORKS | {"officer"},
}
"""Who gets a page at an address; for those outside it holds nothing of these cases."""


@pytest.mark.parametrize("role", [*INSIDE, *OUTSIDE])
def test_every_address_is_open_to_whom_the_table_says_and_tells_others_nothing(world, role):
    client = browser(person(world, role))
    before = picture()
    for name, path in addresses(world).items():
        response = client.get(path)
        if name in OPEN_TO:
            assert (response.status_code == 200) is (role in OPEN_TO[name]), (name, response.status_code)
        if role in INSIDE:
            continue
        # The record has numbers, so that the officer can name a case; it has no content.
        says_nothing(response, world, numbers=not (role == "officer" and name == "audit"))
    if role not in INSIDE:
        after = picture()
        assert after == before
        assert presence.others(world.open, world.portal.ada) == []


@pytest.mark.parametrize("role", OUTSIDE)
def test_others_get_no_report_no_export_and_change_no_filter_and_no_batch(world, role):
    client = browser(person(world, role))
    case = world.open
    posts = [
        (reverse("case_report", args=[case.pk]), {"reason": "asked", "form": form, "language": "de"})
        for form in ("pdf", "json")
    ]
    posts += [(reverse("inbox_filter", args=[world.shared.pk]), data) for data in ({"delete": "yes"}, {"name": "x"})]
    before = picture()
    for path, data in posts:
        refused(client.post(path, data), world)
    chosen = {"case": f"{case.pk}:{case.version}", "do": "close", "value": "helped", "go": "yes"}
    says_nothing(client.post(reverse("inbox_bulk"), chosen), world)
    assert picture() == before
    columns = {"facts": ["number", "topics", "tags"], "content": ["answers"]}
    for kind in ("csv", "xlsx", "json"):
        wanted = {"format": kind, **columns, "reason": "Probe ob etwas leckt"}
        says_nothing(client.post(reverse("inbox_export"), wanted), world)
    assert not CaseEvent.objects.filter(verb="exported").exists()
    assert Case.objects.filter(pk=case.pk, status=case.status, version=case.version).exists()


def test_another_persons_receipt_opens_neither_file_nor_appointment_nor_message(world):
    client, other = Client(), world.receipts["closed"]
    client.post("/de/status/", {"number": other.number, "secret": other.secret, "text": ""})
    sent, appointment = world.open.attachments.get(), world.open.appointments.get()
    before = picture()
    for path in (f"/de/status/file/{sent.pk}/", f"/de/status/appointment/{appointment.pk}/"):
        response = client.get(path)
        assert response.status_code in {303, 404}
        for secret in ("GEHEIME-DATEI", "GEHEIMER-ORT", world.receipts["open"].number):
            assert secret not in response.content.decode(errors="replace")
    response = client.post("/de/status/message/", {"case": str(world.open.pk), "text": "fremd", "action": "send"})
    assert response.status_code == 303
    after = picture()
    assert after["Message"] == before["Message"]
    assert after["Attachment"] == before["Attachment"]
    own = client.get("/de/status/").content.decode()
    assert other.number in own
    assert "GEHEIM" not in own.replace(SECRET_TEXT, "")
