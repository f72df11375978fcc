"""Leaving: at once, with everything deleted, or because time is over; and coming back to nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from portal.models import District
from services.inbox.models import Case, Submission
from services.intake import actions
from services.intake.guard import EXIT_URL, MOST_DRAFTS
from services.intake.models import Draft
from tests.services.intake.factories import Walker, open_form


@pytest.fixture
def amira(portal, client) -> Walker:
    open_form(portal)
    return Walker(client).start()


def test_the_quick_exit_stands_on_sensitive_steps_and_deleting_on_every_one(amira):
    amira.fill()
    for step, sensitive in {"danger": True, "who": True, "where": False, "topic": True, "contact": True}.items():
        html = amira.get(step).content.decode()
        assert ('name="exit" value="quick"' in html) is sensitive, step
        assert html.count(f'action="{amira.path("leave")}"') == 1 + sensitive
    assert 'name="exit" value="quick"' in amira.get("check").content.decode()


def test_the_quick_exit_deletes_everything_and_opens_a_news_page(amira):
    amira.fill()
    response = amira.client.post(amira.path("leave"), {"exit": "quick"})
    assert response.status_code == 303
    assert response["Location"] == EXIT_URL
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response["Cache-Control"] == "no-store"
    assert not Draft.objects.exists()
    assert response.cookies[f"lotse_draft_{uuid.UUID(amira.draft).hex}"]["max-age"] == 0
    assert amira.get("topic").status_code == 404  # the cookie is gone, too


def test_the_browser_may_follow_the_quick_exit(amira):
    """Chromium stops a form whose redirect leaves the addresses of `form-action`."""
    policy = amira.get("danger")["Content-Security-Policy"]
    assert "form-action 'self' https://www.tagesschau.de;" in policy
    assert "default-src 'none'" in policy


def test_deleting_says_so_and_leaves_nothing(amira):
    amira.fill()
    response = amira.client.post(amira.path("leave"))
    assert response["Location"] == "/de/forms/counselling/deleted/"
    page = amira.client.get(response["Location"])
    assert page.status_code == 200
    assert 'href="/de/forms/counselling/"' in page.content.decode()
    assert not Draft.objects.exists()


def test_reading_the_address_of_leaving_deletes_nothing(amira):
    assert amira.get("leave").status_code == 405
    assert Draft.objects.count() == 1


def test_leaving_after_sending_forgets_the_receipt_and_keeps_the_case(amira):
    amira.fill().send()
    assert amira.client.post(amira.path("leave"))["Location"] == "/de/"
    assert not Draft.objects.exists()
    assert Case.objects.count() == 1


def test_omar_cannot_delete_amiras_answers(amira):
    other = Client()
    assert other.post(amira.path("leave"), {"exit": "quick"}).status_code == 404
    assert Draft.objects.count() == 1


# Coming back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["danger", "check", "receipt", "doors", "stop"])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_without_the_cookie_there_is_a_page_that_says_what_to_do(amira, where, language):
    response = Client().get(amira.path(where, language))
    html = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{language}"' in html
    assert f'href="/{language}/forms/counselling/"' in html
    assert f'href="/{language}/status/"' in html
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"


def test_a_draft_nobody_has_and_one_of_somebody_else_look_the_same(amira):
    stranger = Client()
    theirs = stranger.get(amira.path("danger"))
    nobody = stranger.get(amira.path("danger").replace(amira.draft, str(uuid.uuid4())))
    assert theirs.status_code == nobody.status_code == 404
    assert theirs.content.replace(amira.draft.encode(), b"") == nobody.content.replace(
        nobody.request["PATH_INFO"].split("/")[4].encode(), b""
    )


@pytest.mark.parametrize("cookie", ["", "x", "=" * 43, "A" * 43, "ü" * 20, "A" * 4000, "../../etc"])
def test_a_wrong_cookie_opens_nothing(amira, cookie):
    stranger = Client()
    stranger.cookies[f"lotse_draft_{uuid.UUID(amira.draft).hex}"] = cookie
    assert stranger.get(amira.path("danger")).status_code == 404
    assert stranger.post(amira.path("danger"), {"q-danger": "none"}).status_code == 404


def test_the_address_of_another_form_does_not_open_a_draft_and_does_not_harm_it(amira):
    path = amira.path("danger").replace("counselling", "page-feedback")
    response = amira.client.get(path)
    assert response.status_code == 404
    assert not response.cookies
    assert amira.get("danger").status_code == 200


def test_a_draft_of_another_district_is_not_found(amira, portal):
    site = Site.objects.create(hostname="other.example", root_page=portal.home)
    District.objects.create(site=site, name="Anderer Kreis", key="08327")
    stranger = Client(HTTP_HOST="other.example")
    stranger.cookies = amira.client.cookies
    assert stranger.get(amira.path("danger")).status_code == 410


def test_after_a_day_the_answers_are_gone_and_amira_is_told(amira):
    amira.post("danger", danger="none")
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for _time in range(2):
        response = amira.get("who")
        assert response.status_code == 410
        assert 'href="/de/forms/counselling/"' in response.content.decode()
    assert amira.post("who", actor="self").status_code == 410


def test_what_expired_is_erased_and_nothing_else(amira):
    Draft.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    other = Walker(Client()).start()
    now = timezone.now()
    assert actions.erase_expired_drafts(at=now) == 0
    assert actions.erase_expired_drafts(at=now + timedelta(minutes=1)) == 1
    assert str(Draft.objects.get().pk) == other.draft
    assert actions.erase_expired_drafts(at=now + timedelta(minutes=1)) == 0


def test_the_command_erases_and_says_how_many(amira):
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    out = StringIO()
    call_command("erase_drafts", stdout=out)
    assert out.getvalue() == "1 erased\n"
    assert not Draft.objects.exists()


def test_a_draft_lives_a_day(amira):
    left = Draft.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_sending_does_not_wait_for_the_erasure_and_an_erased_draft_is_told(amira):
    amira.fill()
    store = amira.store()
    Draft.objects.all().delete()
    with pytest.raises(actions.DomainError):
        actions.submit_draft(store=store, language="de", at=timezone.now())
    assert not Submission.objects.exists()


def test_many_drafts_in_one_browser_do_not_outgrow_its_cookies(amira):
    for _time in range(MOST_DRAFTS + 3):
        Walker(amira.client).start()
    held = [name for name, morsel in amira.client.cookies.items() if name.startswith("lotse_draft_") and morsel.value]
    assert len(held) == MOST_DRAFTS
