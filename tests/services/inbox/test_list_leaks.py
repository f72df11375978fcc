"""Everybody on every surface of the list: what they may see is there, and not one sign of anything else.

Role × office × surface × object. The case's own page, its attachments and its history have a table of their own.
"""

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.urls import reverse
from django.utils import timezone

from portal.models import User
from services.directory.models import OfficeMembership
from services.inbox import actions, bulk
from services.inbox.listing import asked_for, rows_of, window
from services.inbox.models import Case, CaseExport, SavedFilter
from tests.services.inbox.desk import many, prove, sent
from tests.standing import told_once

pytestmark = pytest.mark.ignore_template_errors
ROLES = {
    # name: offices whose cases the person sees
    "lena": {"LRA_IM"},
    "lena_leads": {"LRA_IM"},
    "omar": {"VS_IM"},
    "both": {"LRA_IM", "VS_IM"},
    "yasmin": {"KOORD"},
    "yasmin_leads": {"KOORD"},
    "left": set(),
    "not_yet": set(),
    "switched_off": set(),
    "eva": set(),
    "ada": set(),
    "admin_of_everything": set(),
    "only_assigned": set(),
    "only_owner_of_the_filter": set(),
}
OFFICES = ("LRA_IM", "VS_IM", "KOORD")
LISTS = [
    {},
    {"view": "new"},
    {"view": "open", "sort": "-received"},
    {"view": "closed"},
    {"view": "mine"},
    {"q": "SBK"},
    {"q": "{number}"},
    {"office": "{office}"},
    {"tag": "{tag}"},
    {"topic": "housing"},
    {"assigned": "nobody"},
    {"assigned": "{somebody}"},
    {"language": "ar", "interpreter": "no", "form": "counselling", "urgency": "normal", "status": "received"},
    {"p": "2"},
]

BULK = [
    ("take", None),
    ("assign", None),
    ("status", "contacted"),
    ("tag", "x"),
    ("untag", "tag-LRA_IM"),
    ("close", "helped"),
]


def story(portal):
    """One case per office, each with a tag, and one filter shared with Lena's office."""
    actions.ensure_keys(portal.district)
    cases = {}
    for office, worker in (("LRA_IM", portal.lena), ("VS_IM", portal.omar), ("KOORD", portal.yasmin)):
        case = sent(portal, office)
        cases[office] = actions.add_tag(case=case, by=worker, name=f"tag-{office}", version=1)
    SavedFilter.objects.create(owner=portal.lena, office=portal.offices["LRA_IM"], name="geteilt", query="view=new")
    portal.more["cases"] = cases
    return portal


kept_world = told_once(story)


@pytest.fixture
def world(kept_world, db):
    return deepcopy(kept_world)


def person(world, role):
    """Somebody with this role; everybody may enter the admin, so that only the inbox itself refuses."""
    base, _underscore, more = role.partition("_")
    if base in {"lena", "omar", "yasmin", "eva", "ada"}:
        user = getattr(world, base)
        if more == "leads":
            user.memberships.update(is_lead=True)
    else:
        user = User.objects.create_user(role, f"{role}@example.org", "passwort-123456")
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        _place(world, user, role)
    return User.objects.get(pk=user.pk)


def _place(world, user, role):
    today = timezone.localdate()
    memberships = {
        "both": [("LRA_IM", date(2020, 1, 1), None), ("VS_IM", date(2020, 1, 1), None)],
        "left": [("LRA_IM", date(2020, 1, 1), today - timedelta(days=1))],
        "not_yet": [("LRA_IM", today + timedelta(days=1), None)],
        "switched_off": [("LRA_IM", date(2020, 1, 1), None)],
    }.get(role, [])
    for office, first, last in memberships:
        OfficeMembership.objects.create(office=world.offices[office], user=user, valid_from=first, valid_to=last)
    if role == "switched_off":
        user.is_active = False
        user.save()
    if role == "admin_of_everything":
        user.is_superuser = user.is_staff = True
        user.save()
    if role == "only_assigned":
        Case.objects.update(assigned_to=user)
    if role == "only_owner_of_the_filter":
        SavedFilter.objects.update(owner=user)


def signs_of(case):
    """What would show that somebody sees a case."""
    return [str(case.pk), case.submission.number, case.submission.number[4:], f"tag-{case.office.code}"]


def hidden(world, role):
    return [case for office, case in world.more["cases"].items() if office not in ROLES[role]]


@pytest.mark.parametrize("role", ROLES)
def test_every_filter_of_the_list(world, role):
    user = person(world, role)
    names = [
        {
            "number": case.submission.number,
            "office": case.office_id,
            "tag": case.tags.get().pk,
            "somebody": case.assigned_to_id or world.omar.pk,
        }
        for case in hidden(world, role)
    ]
    every = [{key: value.format(**values) for key, value in query.items()} for query in LISTS for values in names]
    for asked in [asked for number, asked in enumerate(every) if asked not in every[:number]]:  # most name no case
        seen = {row.office.code for row in window(asked_for(asked, user), asked.get("p")).rows}
        assert seen <= ROLES[role], (role, asked)


@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_the_list(world, client, role):
    client.force_login(person(world, role))
    for case in hidden(world, role)[:1]:
        for asked in ({}, {"q": case.submission.number}, {"tag": case.tags.get().pk}):
            text = client.get(reverse("inbox"), asked).content.decode()
            for typed in (f'value="{case.submission.number}"', f"<bdi>{case.submission.number}</bdi>"):
                text = text.replace(typed, "")  # what they typed themselves
            assert not [sign for one in hidden(world, role) for sign in signs_of(one) if sign in text], asked


@pytest.mark.parametrize("role", ROLES)
def test_counts_in_list_panel_and_menu(world, rf, role):
    from services.inbox.panels import InboxPanel, inbox_menu_item

    user = person(world, role)
    own = len(ROLES[role])
    counts = Case.objects.visible_to(user).counts(user, timezone.now())
    assert counts["open"] == own
    tiles = {tile["url"].partition("=")[2]: tile["count"] for tile in InboxPanel(user).get_context_data({})["tiles"]}
    assert tiles["new"] == str(own)
    request = rf.get("/admin/")
    request.user = user
    item = inbox_menu_item()
    assert item.is_shown(request) is bool(own)
    assert (f"({own})" in str(item.render_component(request).label)) is bool(own)


@pytest.mark.parametrize("role", ROLES)
def test_rows_by_their_keys(world, role):
    user = person(world, role)
    found = rows_of(user, [case.pk for case in world.more["cases"].values()])
    assert {case.office.code for case in found} == ROLES[role]
    assert not rows_of(AnonymousUser(), [case.pk for case in world.more["cases"].values()])


@pytest.mark.parametrize("role", ROLES)
def test_bulk_actions_change_only_what_the_person_sees(world, client, role):
    user = person(world, role)
    client.force_login(user)
    before = {case.pk: case.version for case in hidden(world, role)}
    pairs = [(case.pk, case.version) for case in world.more["cases"].values()]
    chosen = [f"{pk}:{version}" for pk, version in pairs]
    for do, value in BULK:
        outcomes = bulk.run_on(do, pairs, by=user, value=value)
        told = " ".join(outcome.number + outcome.problem for outcome in outcomes)
        posted = client.post(reverse("inbox_bulk"), {"do": do, "case": chosen, "value": value or ""})
        shown = told + posted.content.decode()
        assert not [sign for case in hidden(world, role) for sign in signs_of(case)[1:3] if sign in shown], do
    for pk, version in before.items():
        case = Case.objects.get(pk=pk)
        assert (case.version, case.status) == (version, "received")
        assert set(case.events.values_list("verb", flat=True)) <= {"received", "tagged"}


@pytest.mark.parametrize("role", ROLES)
def test_saved_filters(world, client, role):
    user = person(world, role)
    sees = "LRA_IM" in ROLES[role]
    assert SavedFilter.objects.usable_by(user).exists() is sees
    client.force_login(user)
    page = reverse("inbox_filter", args=[SavedFilter.objects.get().pk])
    client.post(page, {"delete": "yes"})
    assert SavedFilter.objects.exists() is (role not in {"lena", "lena_leads"})


@pytest.mark.parametrize("role", ROLES)
def test_exports(world, client, role):
    user = person(world, role)
    client.force_login(user)
    prove(client, user)
    for query in ("", "?q=SBK", f"?office={world.offices['LRA_IM'].pk}"):
        form = {"format": "json", "facts": ["number", "tags"], "content": ["answers"], "reason": "Probe ob etwas leckt"}
        response = client.post(reverse("inbox_export") + query, form)
        for case in hidden(world, role):
            assert not [sign for sign in signs_of(case) if sign in response.content.decode()], (role, query)
        if response.status_code == 200 and "office" not in query:
            assert len(json.loads(response.content)) == len(ROLES[role])
    assert CaseExport.objects.exists() is bool(ROLES[role])
    for case in hidden(world, role):
        assert not case.events.filter(verb="exported").exists()
    seen = CaseExport.objects.of_leads(user)
    assert seen.exists() is (role in {"lena_leads", "yasmin_leads"})


@pytest.mark.parametrize("role", ROLES)
def test_statistics(world, client, role):
    many(world, 6), many(world, 7, office="VS_IM")
    user = person(world, role)
    client.force_login(user)
    response = client.get(reverse("inbox_statistics"))
    wanted = {"lena_leads": "7", "yasmin": "16", "yasmin_leads": "16"}.get(role)
    assert (response.status_code == 200) is (wanted is not None)
    if wanted:
        assert response.context["received"] == wanted
    file = client.get(reverse("inbox_statistics"), {"format": "csv", "of": world.offices["VS_IM"].pk})
    for case in world.more["cases"].values():
        for text in (response.content.decode(), file.content.decode()):
            assert not [sign for sign in signs_of(case) if sign in text]


@pytest.mark.parametrize("name", ["inbox", "inbox_bulk", "inbox_export", "inbox_exports", "inbox_statistics"])
def test_nobody_without_an_account_reaches_any_page(world, client, name):
    for response in (client.get(reverse(name)), client.post(reverse(name), {})):
        assert response.status_code in {302, 403, 405}
        assert "SBK-" not in response.content.decode()
