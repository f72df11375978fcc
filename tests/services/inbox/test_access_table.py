"""Role × office × object × action: who is no member of the case's office learns and changes nothing, anywhere."""

import uuid
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from portal.errors import NotAllowed
from portal.models import User
from services.directory.models import OfficeMembership
from services.inbox import actions, presence, similar
from services.inbox.models import Case
from services.inbox.transitions import TABLE, Action, possible
from tests.services.inbox import desk
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, part, send, visitor_of, write
from tests.standing import told_once

pytestmark = pytest.mark.ignore_template_errors
ROLES = ["member", "lead", "former", "future", "locked", "omar", "omar_lead", "yasmin", "eva", "tarik", "ada"]
INSIDE = {"member", "lead"}
NAMES = ["read", "take", "assign", "reply", "note", "status", "ask", "appoint"]
NAMES += ["transfer", "refer", "close", "hold", "erase_ask"]


def person(portal, role: str) -> User:
    """Somebody in each relation to Lena's office."""
    today = timezone.localdate()
    lena = portal.lena
    changes = {
        "former": {"valid_to": today - timedelta(days=1)},
        "future": {"valid_from": today + timedelta(days=1)},
        "lead": {"is_lead": True},
    }
    if role in changes:
        lena.memberships.update(**changes[role])
    if role == "locked":
        User.objects.filter(pk=lena.pk).update(is_active=False)
        lena.refresh_from_db()
    if role == "omar_lead":
        portal.omar.memberships.update(is_lead=True)
    known = {"omar": portal.omar, "omar_lead": portal.omar, "yasmin": portal.yasmin, "eva": portal.eva}
    known |= {"tarik": portal.tarik, "ada": portal.ada}
    return known.get(role, lena)


def story(portal):
    """Amira has sent one request to Lena's office."""
    actions.ensure_keys(portal.district)
    return portal, send(portal)


kept = told_once(story)


@pytest.fixture
def told(kept, db):
    return deepcopy(kept)


@pytest.fixture
def ready(told):
    return told[0]


@pytest.fixture
def receipt(told):
    return told[1]


@pytest.fixture
def worked(ready, receipt):
    """Amira's case after some work: an answer, a letter back, a note, an appointment."""
    answer(ready, receipt)
    write(ready, receipt)
    case = case_of(receipt)
    actions.add_note(case=case, author=ready.lena, text="GEHEIME-NOTIZ", version=case.version)
    case = case_of(receipt)
    actions.make_appointment(
        case=case,
        by=ready.lena,
        starts_at=desk.soon(),
        minutes=30,
        mode="office",
        place="GEHEIMER-ORT",
        version=case.version,
    )
    return case_of(receipt)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ROLES)
def test_a_verb_works_for_members_of_the_office_and_for_nobody_else(ready, case, role, name):
    who = person(ready, role)
    verb = desk.verbs(ready, case, who)[name]
    if role in INSIDE:
        verb()
        return
    with pytest.raises(NotAllowed):
        verb()
    row = Case.objects.get(pk=case.pk)
    assert (row.version, row.status, row.office_id, row.messages.count(), row.notes.count()) == (
        1,
        "received",
        case.office_id,
        0,
        0,
    )
    assert row.events.count() == 1


@pytest.mark.parametrize("role", sorted(set(ROLES) - INSIDE))
def test_the_table_of_actions_allows_nothing_to_others(ready, worked, role):
    assert possible(person(ready, role), worked) == set()


def test_the_table_of_actions_names_every_action_once():
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize("role", sorted(set(ROLES) - INSIDE - {"locked"}))
def test_no_address_tells_others_anything(ready, worked, receipt, client, role):
    who = person(ready, role)
    client.force_login(who)
    appointment = worked.appointments.get()
    addresses = [
        desk.address(worked),
        f"{desk.address(worked)}?open=transfer",
        reverse("case_presence", args=[worked.pk]),
        reverse("inbox"),
        f"{reverse('inbox')}?q={receipt.number}",
        f"{reverse('inbox')}?view=closed",
        reverse("inbox_workload"),
        reverse("inbox_absence"),
        reverse("inbox_templates"),
        reverse("wagtailadmin_home"),
        f"/de/status/appointment/{appointment.pk}/",
    ]
    for path in addresses:
        text = client.get(path).content.decode()
        for secret in (SECRET_TEXT, "GEHEIME-NOTIZ", "GEHEIMER-ORT", str(worked.pk), "Lena"):
            if not (secret == "Lena" and who.pk == ready.lena.pk) and str(worked.pk) not in path:
                assert secret not in text, (path, secret)
        if role != "omar_lead" or path != addresses[4]:
            for typed in (f"%3Fq%3D{receipt.number}", f'value="{receipt.number}"', f"<bdi>{receipt.number}</bdi>"):
                text = text.replace(typed, "")
            assert receipt.number not in text, path
    assert worked.events.count() == Case.objects.get(pk=worked.pk).events.count()


@pytest.mark.parametrize("role", ["former", "omar", "yasmin", "eva", "ada"])
def test_no_post_of_others_changes_anything_or_says_whether_there_is_a_case(ready, worked, client, role):
    client.force_login(person(ready, role))
    before = Case.objects.values().get(pk=worked.pk)
    lines = worked.events.count()
    for name, data in desk.forms(ready, worked).items():
        real = client.post(desk.address(worked), {"action": name, "version": worked.version, **data})
        none = client.post(reverse("case", args=[uuid.uuid4()]), {"action": name, "version": 1, **data})
        assert real.status_code == none.status_code, name
        assert real.status_code in {302, 403}
        assert SECRET_TEXT not in real.content.decode()
    for do in ("template", "preview", "machine"):
        data = {"action": "reply", "do": do, "text": "x"}
        assert client.post(desk.address(worked), data).status_code == 403
    assert Case.objects.values().get(pk=worked.pk) == before
    assert worked.events.count() == lines


def test_without_an_account_every_address_asks_to_log_in(ready, worked, client):
    for path in (
        desk.address(worked),
        reverse("case_presence", args=[worked.pk]),
        reverse("inbox_workload"),
        reverse("inbox_coordination"),
        reverse("inbox_absence"),
        reverse("inbox_templates"),
    ):
        response = client.get(path)
        assert response.status_code == 302
        assert "login" in response.url


@pytest.mark.parametrize("viewer", ["omar", "yasmin", "ada"])
def test_similar_cases_of_other_offices_are_not_even_counted(ready, viewer):
    mine = send(ready, part(ready, "LRA_IM", document=_known()))
    send(ready, part(ready, "VS_IM", document=_known()))
    case = case_of(mine)
    assert similar.similar_cases(case, ready.lena) == []
    OfficeMembership.objects.create(office=ready.offices["VS_IM"], user=ready.lena, valid_from=date(2020, 1, 1))
    assert len(similar.similar_cases(case, ready.lena)) == 1
    assert len(similar.similar_cases(case, getattr(ready, viewer))) == (1 if viewer == "omar" else 0)


def _known():
    return {
        "entries": [
            {
                "key": "mail",
                "label": {"de": "Mail"},
                "value": "amira@example.org",
                "text": {"de": "x"},
                "contact": "email",
            }
        ]
    }


def test_who_leaves_the_office_is_gone_from_page_presence_lists_and_choices(ready, worked, client):
    presence.look_at(worked, ready.lena)
    nora = User.objects.create_user("nora", first_name="Nora")
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=nora, valid_from=date(2020, 1, 1))
    assert presence.others(worked, nora) == ["Lena"]
    client.force_login(ready.lena)
    assert client.get(desk.address(worked)).status_code == 200
    ready.lena.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get(desk.address(worked)).status_code == 302
    assert client.get(reverse("case_presence", args=[worked.pk])).status_code == 403
    assert presence.others(worked, nora) == []
    assert cache.get(f"case-presence:{worked.pk}:{ready.lena.pk}")


def test_another_persons_receipt_opens_no_appointment(ready, worked, client):
    other = visitor_of(ready, send(ready))
    with pytest.raises(NotAllowed):
        actions.calendar_file(visitor=other, appointment=worked.appointments.get())


def test_the_coordination_office_sees_that_a_case_waits_and_not_what_it_is_about(ready, receipt, client):
    client.force_login(ready.yasmin)
    text = client.get(reverse("inbox_coordination")).content.decode()
    assert receipt.number in text
    assert "Arabisch" in text
    for hidden in (SECRET_TEXT, "Wohnen", "Furtwangen", str(case_of(receipt).pk)):
        assert hidden not in text
    actions.take(case=case_of(receipt), user=ready.lena, version=1)
    assert receipt.number not in client.get(reverse("inbox_coordination")).content.decode()


@pytest.mark.parametrize("name", ["lena", "omar", "eva", "ada"])
def test_only_the_coordination_office_sees_all_offices(ready, receipt, client, name):
    client.force_login(getattr(ready, name))
    assert client.get(reverse("inbox_coordination")).status_code == 302


@pytest.mark.parametrize("name", ["lena", "yasmin", "eva", "ada"])
def test_only_leads_see_the_workload(ready, receipt, client, name):
    client.force_login(getattr(ready, name))
    assert client.get(reverse("inbox_workload")).status_code == 302
    ready.lena.memberships.update(is_lead=True)
    expected = 200 if name == "lena" else 302
    assert client.get(reverse("inbox_workload")).status_code == expected
