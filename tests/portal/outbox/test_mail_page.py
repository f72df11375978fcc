"""Administrators see that mail does not leave; nobody sees what is in it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from portal.models import MailTrouble, OutboxMessage
from portal.outbox import deliver_due, queue_mail

pytestmark = pytest.mark.ignore_template_errors
SECRET = "https://example.org/personal/geheim123"


@pytest.fixture
def stuck(portal, server):
    """The server is down; one mail waits, one was given up, one perhaps left."""
    for number in range(3):
        queue_mail(
            key=f"case-new:{number}:1",
            recipient=f"lena{number}@example.org",
            language="de",
            subject="<b>Betreff</b>",
            body=SECRET,
        )
    now = timezone.now()
    OutboxMessage.objects.filter(dedupe_key="case-new:1:1").update(given_up_at=now, last_error="<i>x</i>")
    OutboxMessage.objects.filter(dedupe_key="case-new:2:1").update(handed_over_at=now - timedelta(hours=1))
    server.down()
    deliver_due()
    return portal


def test_the_administrator_sees_since_when_and_how_many_and_no_text(stuck, client):
    client.force_login(stuck.ada)
    text = client.get(reverse("mail")).content.decode()
    assert "ConnectionRefusedError" in text
    assert "case-new" in text
    assert SECRET not in text
    assert "lena0@" not in text
    assert "<i>x</i>" not in text
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("mail") in home.split("<main")[1]


def test_while_all_is_well_the_dashboard_is_silent(portal, client):
    client.force_login(portal.ada)
    assert "mail-trouble" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert gettext("Mail") in client.get(reverse("mail")).content.decode()


def test_after_a_repair_everything_leaves_and_the_page_is_calm(stuck, server, client):
    client.force_login(stuck.ada)
    server.up()
    assert deliver_due() == 0  # it waits for its next try
    client.post(reverse("mail_try_now"))
    assert deliver_due() == 1
    assert not MailTrouble.objects.exists()
    for row in OutboxMessage.objects.filter(sent_at=None):
        assert client.post(reverse("mail_again", args=[row.pk])).status_code == 302
    assert deliver_due() == 2
    assert len(server.got) == 3
    assert "mail-trouble" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_what_was_sent_cannot_be_sent_again(stuck, server, client):
    server.up()
    MailTrouble.objects.all().delete()
    deliver_due()
    client.force_login(stuck.ada)
    sent = OutboxMessage.objects.exclude(sent_at=None).get()
    assert client.post(reverse("mail_again", args=[sent.pk])).status_code in {302, 404}
    deliver_due()
    assert len(server.got) == 1


@pytest.mark.parametrize("name", ["lena", "yasmin", "eva", "tarik"])
def test_others_do_not_see_it(stuck, client, name):
    client.force_login(getattr(stuck, name))
    row = OutboxMessage.objects.given_up().get()
    assert client.get(reverse("mail")).status_code in {302, 403}
    for address in (reverse("mail_try_now"), reverse("mail_again", args=[row.pk])):
        assert client.post(address).status_code in {302, 403}
    assert OutboxMessage.objects.given_up().count() == 1
    assert "mail-trouble" not in client.get(reverse("wagtailadmin_home")).content.decode()
