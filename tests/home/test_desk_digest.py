"""The desk by mail: on Monday at seven, once a week, in the reader's language, numbers and nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from home.desk_digest import coordinators_of, send_desk_digests
from network.needs.statuses import NeedStatus
from portal.models import OutboxMessage, User
from services.inbox.models import NoticeWishes
from tests.network import factories
from tests.network.needs.factories import need

MONDAY = datetime(2026, 11, 23)


def at(day=0, hour=7, minute=0):
    return timezone.make_aware(MONDAY.replace(day=23 + day, hour=hour, minute=minute))


@pytest.fixture(autouse=True)
def yasmin(portal):
    return factories.coordinator(portal)


def test_the_mail_leaves_on_monday_from_seven_local_time(portal):
    assert send_desk_digests(at=at(-1, 23)) == 0
    assert send_desk_digests(at=at(0, 6, 59)) == 0
    assert send_desk_digests(at=at(0, 7)) == 1


def test_seven_is_seven_in_summer_too(portal):
    assert send_desk_digests(at=timezone.make_aware(datetime(2026, 7, 6, 6, 59))) == 0
    assert send_desk_digests(at=timezone.make_aware(datetime(2026, 7, 6, 7, 0))) == 1


def test_it_leaves_once_a_week_however_often_the_worker_starts(portal):
    assert [send_desk_digests(at=at(0, hour)) for hour in (7, 8, 23)] == [1, 0, 0]
    assert send_desk_digests(at=at(1, 8)) == 0
    OutboxMessage.objects.all().delete()
    assert send_desk_digests(at=at(1, 9)) == 0
    assert send_desk_digests(at=at(7, 7)) == 1


def test_after_a_monday_without_a_worker_it_comes_on_tuesday_and_not_later(portal):
    assert send_desk_digests(at=at(2, 8)) == 0
    assert send_desk_digests(at=at(1, 8)) == 1


def test_it_says_numbers_and_no_contents_in_the_language_of_the_reader(portal):
    User.objects.filter(pk=portal.yasmin.pk).update(language="en")
    need(portal, status=NeedStatus.NEW, title="Geheimer Bedarf")
    factories.meeting(portal, "Geheimes Treffen", day=MONDAY.date().replace(day=30))
    send_desk_digests(at=at())
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.language, mail.subject) == ("yasmin@example.org", "en", "Your desk this week")
    assert "- New needs to check: 1" in mail.body
    assert "Geheim" not in mail.body + mail.subject
    assert "/admin/desk/" in mail.body


def test_who_switched_it_off_gets_none_until_it_is_on_again(client, portal):
    client.force_login(portal.yasmin)
    assert client.post(reverse("desk_mail"), {"off": "1"}).status_code == 302
    assert send_desk_digests(at=at()) == 0
    client.post(reverse("desk_mail"), {"on": "1"})
    assert send_desk_digests(at=at()) == 1


def test_the_same_choice_stands_where_the_other_mails_are_chosen(client, portal):
    client.force_login(portal.yasmin)
    page = reverse("notification_settings")
    assert "desk_weekly" in client.get(page).content.decode()
    wishes = dict.fromkeys(("new_case", "person_wrote", "assigned", "withdrawn"), "now")
    assert client.post(page, {**wishes, "digest_hour": "7"}).status_code == 302
    assert not NoticeWishes.objects.get(user=portal.yasmin).desk_weekly
    assert send_desk_digests(at=at()) == 0


def test_only_coordinators_of_the_district_with_an_address_get_it(portal):
    permission = Permission.objects.get(codename="change_meeting", content_type__app_label="network")
    portal.eva.user_permissions.add(permission)  # may, but belongs to no district
    assert coordinators_of(portal.district) == [portal.yasmin]
    User.objects.filter(pk=portal.yasmin.pk).update(email="")
    assert coordinators_of(portal.district) == []
    assert send_desk_digests(at=at()) == 0
