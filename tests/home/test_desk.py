"""Monday morning: what a coordinator sees on the desk, that each number leads to its list, and who must not see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from home.desk import desk_of
from network.meetings.statuses import Answer, MeetingStatus
from network.members.models import Member
from network.minutes.models import ActionItem, Minutes, Objection
from network.minutes.statuses import MinutesStatus
from network.needs.statuses import NeedStatus
from portal.models import TranslationRecord
from services.directory.models import OfficeMembership
from services.inbox.actions import ensure_keys
from services.inbox.models import Case
from services.pages.models import ServicePage, TopicPage
from tests.network import factories
from tests.network.meetings.test_audience import found_other_district
from tests.network.needs.factories import need
from tests.services.inbox.factories import part, send

NOW = timezone.now()


@pytest.fixture
def yasmin(portal):
    ensure_keys(portal.district)
    portal.yasmin.user_permissions.add(Permission.objects.get(codename="plan_courses"))
    return factories.coordinator(portal)


def numbers(portal, user=None):
    desk = desk_of(portal.district, user or portal.yasmin)
    return {line.code: line.number for block in desk.blocks for line in block.lines}


def test_an_empty_district_has_an_empty_desk(client, portal, yasmin):
    found = numbers(portal)
    assert found.pop("towns") == 4
    assert set(found.values()) == {0}
    client.force_login(portal.yasmin)
    assert client.get(reverse("desk")).status_code == 200


@pytest.mark.parametrize("name", ["lena", "omar", "eva", "tarik"])
def test_nobody_but_coordinators_has_a_desk(client, portal, yasmin, name):
    factories.member(portal, "Lena", user=portal.lena)
    client.force_login(getattr(portal, name))
    for address in (reverse("desk"), reverse("desk_list", args=["stale"]), reverse("desk_prepare")):
        assert client.get(address).status_code in {302, 403}
    assert client.post(reverse("desk_mail"), {"off": "1"}).status_code in {302, 403}
    assert reverse("desk") not in client.get("/admin/").content.decode()
    assert client.get(reverse("desk")).status_code != 200


def test_a_coordinator_of_another_district_has_no_desk_here(client, portal, yasmin):
    Member.objects.filter(pk=yasmin.pk).update(district=found_other_district(portal))
    OfficeMembership.objects.filter(user=portal.yasmin).delete()
    client.force_login(portal.yasmin)
    assert client.get(reverse("desk")).status_code in {302, 403}


def test_the_desk_is_the_first_item_of_the_menu_and_stands_on_the_dashboard(client, portal, yasmin):
    client.force_login(portal.yasmin)
    text = client.get("/admin/").content.decode()
    assert f'href="{reverse("desk")}"' in text
    menu = text[text.index("wagtail-sidebar-props") :]
    assert menu.index(reverse("desk")) < menu.index("/admin/pages/" if "/admin/pages/" in menu else "/admin/network")


def test_requests_are_numbers_without_anything_else(client, portal, yasmin):
    send(portal, part(portal, "LRA_IM"))
    long_ago = NOW - timedelta(days=20)
    Case.objects.update(created_at=long_ago, first_unanswered_at=long_ago, due_at=long_ago + timedelta(days=3))
    found = numbers(portal)
    assert (found["untaken"], found["overdue"]) == (1, 1)
    client.force_login(portal.yasmin)
    text = client.get(reverse("desk")).content.decode()
    assert Case.objects.get().submission.number not in text
    assert client.get(reverse("inbox_coordination")).status_code == 200


def test_a_coordinator_outside_the_coordination_office_sees_no_numbers_of_requests(portal, yasmin):
    OfficeMembership.objects.filter(user=portal.yasmin).delete()
    assert "untaken" not in numbers(portal)


def test_meetings_say_what_is_missing_and_who_answered(client, portal, yasmin):
    bare = factories.meeting(portal, "Leer", day=factories.in_days(7))
    full = factories.meeting(portal, "Fertig", day=factories.in_days(9))
    factories.agenda(full, "Begrüßung")
    for answer in (Answer.YES, Answer.PENDING, Answer.NO):
        factories.invited(full, factories.member(portal), answer=answer)
    factories.meeting(portal, "Fern", day=factories.in_days(80))
    factories.meeting(portal, "Abgesagt", day=factories.in_days(8), status=MeetingStatus.CANCELLED)
    found = numbers(portal)
    assert (found["to_prepare"], found["agenda"], found["nobody"], found["silent"]) == (1, 1, 1, 1)
    client.force_login(portal.yasmin)
    for address in (reverse("desk"), reverse("desk_list", args=["meetings"])):
        text = client.get(address).content.decode()
        assert bare.title in text
        assert "1 von 3" in text or "1 of 3" in text
        assert "Fern" not in text
        assert "Abgesagt" not in text


def test_minutes_wait_for_approval_with_their_objections(client, portal, yasmin):
    held = factories.meeting(portal, "Gehalten", day=factories.in_days(-5), status=MeetingStatus.MINUTES_DRAFT)
    factories.meeting(portal, "Ohne Protokoll", day=factories.in_days(-4), status=MeetingStatus.HELD)
    invitation, _token = factories.invited(held, yasmin)
    waiting = Minutes.objects.create(meeting=held, status=MinutesStatus.SUBMITTED, object_until=factories.in_days(3))
    Objection.objects.create(minutes=waiting, invitation=invitation, text="Falsch")
    found = numbers(portal)
    assert (found["approve"], found["objections"], found["drafts"], found["unwritten"]) == (1, 1, 0, 1)
    client.force_login(portal.yasmin)
    assert "Gehalten" in client.get(reverse("desk_list", args=["minutes"])).content.decode()
    assert "Ohne Protokoll" in client.get(reverse("desk_list", args=["unwritten"])).content.decode()


def test_needs_and_actions_are_counted(portal, yasmin):
    need(portal, status=NeedStatus.NEW)
    need(portal, status=NeedStatus.OPEN)
    other = factories.member(portal, "Andere", organisation=factories.organisation(portal, "Andere"))
    for owner, due in ((yasmin, -1), (yasmin, 3), (yasmin, 30), (other, -2), (other, 5)):
        ActionItem.objects.create(district=portal.district, text="Tun", owner=owner, due=factories.in_days(due))
    found = numbers(portal)
    assert found["needs"] == 1
    assert (found["mine"], found["mine_overdue"], found["mine_soon"], found["all_overdue"]) == (3, 1, 1, 2)


def test_members_who_said_nothing_and_towns_without_anybody_are_there(client, portal, yasmin):
    silent = factories.member(portal, "Still", unconfirmed_at=NOW, is_listed=True)
    silent.areas.add(portal.towns["08326017"])
    found = numbers(portal)
    assert (found["unconfirmed"], found["towns"]) == (1, 3)
    client.force_login(portal.yasmin)
    assert "Still" in client.get(reverse("desk_list", args=["unconfirmed"])).content.decode()
    assert "Donaueschingen" in client.get(reverse("desk_list", args=["towns"])).content.decode()


def test_pages_that_are_too_old_and_translations_behind_them_are_there(client, portal, yasmin):
    topic = portal.home.add_child(instance=TopicPage(title="Thema", slug="thema", locale=portal.home.locale))
    page = topic.add_child(
        instance=ServicePage(title="Alte Seite", slug="alt", locale=topic.locale, review_by=factories.in_days(-1))
    )
    page.save_revision().publish()
    TranslationRecord.objects.create(page=page, source_revision=None)
    found = numbers(portal)
    assert (found["stale"], found["outdated"]) == (1, 1)
    client.force_login(portal.yasmin)
    for name in ("stale", "outdated"):
        assert "Alte Seite" in client.get(reverse("desk_list", args=[name])).content.decode()


def test_every_number_leads_to_a_page_that_opens(client, portal, yasmin):
    client.force_login(portal.yasmin)
    text = client.get(reverse("desk")).content.decode()
    part_of_page = text[text.index('<div class="desk">') :]
    addresses = set(re.findall(r'href="([^"]+)"', part_of_page))
    assert len(addresses) > 12
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address
    assert client.get("/admin/desk/nothing/").status_code in {302, 404}


def test_the_desk_asks_few_questions_however_much_there_is(client, portal, yasmin, django_assert_max_num_queries):
    for number in range(12):
        found = factories.meeting(portal, day=factories.in_days(3 + number))
        for _ in range(3):
            factories.invited(found, factories.member(portal))
        send(portal, part(portal, "LRA_IM"))
        need(portal, status=NeedStatus.NEW)
    client.force_login(portal.yasmin)
    client.get(reverse("desk"))
    cache.clear()
    with django_assert_max_num_queries(15):  # the whole page: who asks, what they may, everything on it
        assert client.get(reverse("desk")).status_code == 200
