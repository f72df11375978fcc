"""Every half year each member is asked; who says nothing is reminded once, then marked; the coordinators hear of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from network.members import actions
from network.members.entry_actions import ask_to_confirm
from network.members.models import Member
from portal.models import OutboxMessage
from tests.network import factories

NOW = timezone.now()


@pytest.fixture
def lena(portal):
    return factories.member(portal, "Lena", confirmed_at=NOW - timedelta(days=183))


def later(days):
    return NOW + timedelta(days=days)


def mails(member):
    return OutboxMessage.objects.filter(recipient=member.email).count()


def test_a_fresh_entry_is_left_in_peace(portal):
    fresh = factories.member(portal, "Frisch")
    assert ask_to_confirm(NOW) == 0
    assert ask_to_confirm(later(181)) == 0
    assert ask_to_confirm(later(183)) == 1
    assert mails(fresh) == 1


def test_an_old_entry_is_asked_about_once_however_often_the_job_runs(portal, lena):
    assert [ask_to_confirm(NOW) for _ in range(3)] == [1, 0, 0]
    assert mails(lena) == 1


def test_who_says_nothing_is_reminded_once_then_marked_and_the_coordinators_hear(portal, lena):
    yasmin = factories.coordinator(portal)
    ask_to_confirm(NOW)
    assert ask_to_confirm(later(13)) == 0
    assert ask_to_confirm(later(15)) == 1
    assert mails(lena) == 2
    assert ask_to_confirm(later(28)) == 0
    assert ask_to_confirm(later(30)) == 1
    assert list(Member.objects.unconfirmed()) == [lena]
    assert mails(lena) == 2
    told = OutboxMessage.objects.get(recipient=yasmin.email)
    assert "Lena" not in told.body
    assert ask_to_confirm(later(60)) == 0


def test_the_coordinators_get_one_mail_a_day_for_all(portal):
    factories.coordinator(portal)
    for name in ("A", "B", "C"):
        factories.member(portal, name, asked_at=NOW - timedelta(days=30), reminded_at=NOW - timedelta(days=15))
    assert ask_to_confirm(NOW) == 3
    assert OutboxMessage.objects.count() == 1


def test_whoever_confirms_is_asked_again_after_half_a_year(portal, lena):
    ask_to_confirm(NOW)
    actions.confirm_entry(member=lena)
    assert ask_to_confirm(later(40)) == 0
    assert ask_to_confirm(later(190)) == 1


def test_whoever_left_is_not_asked(portal, lena):
    actions.leave(member=lena)
    before = OutboxMessage.objects.count()
    assert ask_to_confirm(later(400)) == 0
    assert OutboxMessage.objects.count() == before


def test_the_mail_is_in_the_language_of_the_member_and_holds_a_link_that_works(client, portal):
    omar = factories.member(portal, "Omar", language="en", joined_at=NOW - timedelta(days=200))
    ask_to_confirm(NOW)
    mail = OutboxMessage.objects.get(recipient=omar.email)
    assert mail.subject == "Is your entry still right?"
    path = next(line for line in mail.body.splitlines() if "/en/my-entry/" in line).split("testserver", 1)[1]
    assert client.get(path[path.index("/en/") :]).status_code == 200
