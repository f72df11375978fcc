"""Who may open a form: everybody, invited people, people with an account, people who work for an office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.utils import timezone

from home.search import find_pages
from home.sitemaps import entries
from portal.languages import SOURCE
from portal.models import User
from portal.pages import locale_id_of
from services.inbox.models import Case
from services.intake.actions import publish
from services.intake.audience import can_invite, can_open_form, invitation, is_invitation
from services.intake.feedback import inner_path
from services.intake.models import Draft, FormIndexPage, IntakeFormPage
from tests.services.intake.factories import Walker, compiled, know_who_helps, question, step

WHO = "Nur für Fachkräfte."


def document(audience: str):
    return compiled(step("a", question("x", required=True)), audience=audience, for_whom=WHO, title="Zwielicht")


@pytest.fixture
def form(portal):
    """Publishes the small form for an audience, with its page in the list."""
    know_who_helps(portal)
    locale = locale_id_of(SOURCE)
    index = portal.home.add_child(instance=FormIndexPage(title="Formulare", slug="forms", locale_id=locale))
    index.add_child(instance=IntakeFormPage(title="Zwielicht", slug="small", key="small", locale_id=locale))

    def publish_for(audience: str):
        return publish(district=portal.district, key="small", document=document(audience))

    return publish_for


@pytest.fixture
def guest(portal):
    """Somebody with an account who works for no office."""
    return User.objects.create_user(username="guest", email="guest@example.org")


@pytest.mark.parametrize(
    ("audience", "nobody", "invited", "with_account", "of_an_office"),
    [
        ("public", True, True, True, True),
        ("invited", False, True, True, True),
        ("login", False, False, True, True),
        ("staff", False, False, False, True),
    ],
)
def test_who_may_open_which_form(portal, guest, audience, nobody, invited, with_account, of_an_office):
    form = document(audience)
    assert can_open_form(AnonymousUser(), form) is nobody
    assert can_open_form(AnonymousUser(), form, invited=True) is invited
    assert can_open_form(guest, form) is with_account
    assert can_open_form(portal.omar, form) is of_an_office


def test_an_account_that_was_closed_opens_nothing(portal):
    portal.lena.is_active = False
    assert not can_open_form(portal.lena, document("login"))
    assert not can_open_form(portal.lena, document("staff"))


def test_an_administrator_without_an_office_is_not_staff_of_one(portal):
    assert not can_open_form(portal.ada, document("staff"))


def test_a_document_from_before_there_were_audiences_is_public(portal):
    assert can_open_form(AnonymousUser(), {"key": "old"})


def test_only_people_of_an_office_pass_on_invitations_and_only_where_there_are_any(portal, guest):
    assert can_invite(portal.lena, document("invited"))
    assert not can_invite(guest, document("invited"))
    assert not can_invite(AnonymousUser(), document("invited"))
    assert not can_invite(portal.lena, document("staff"))
    assert not can_invite(portal.lena, document("public"))


def test_an_invitation_opens_one_form_of_one_district_until_its_day(portal):
    today = timezone.localdate()
    token = invitation(portal.district, "small", today)
    assert is_invitation(token, portal.district, "small", today)
    assert not is_invitation(token, portal.district, "small", today + timedelta(days=1))
    assert not is_invitation(token, portal.district, "large", today)
    portal.district.key = "08327"
    assert not is_invitation(token, portal.district, "small", today)


@pytest.mark.parametrize(
    "token", ["", "x", "a:b:c", "🙂", signing.dumps(["small"]), signing.dumps(1, salt="intake.invitation"), "%00"]
)
def test_nonsense_is_no_invitation(portal, token):
    assert not is_invitation(token, portal.district, "small", timezone.localdate())


@pytest.mark.parametrize("audience", ["invited", "login", "staff"])
def test_amira_reads_for_whom_the_form_is_and_where_else_to_go(portal, form, client, audience):
    form(audience)
    response = client.get("/de/forms/small/")
    html = response.content.decode()
    assert response.status_code == 403
    assert WHO in html
    assert "/de/who-helps/" in html
    assert "/accounts/login/?next=" in html
    assert "no-store" in response["Cache-Control"]
    assert "x-shown" not in html
    assert not response.cookies


@pytest.mark.parametrize("audience", ["invited", "login", "staff"])
def test_nobody_begins_it_by_posting_to_its_address(portal, form, client, audience):
    form(audience)
    response = client.post("/de/forms/small/start/", {"invitation": "forged"})
    assert response.status_code == 403
    assert not Draft.objects.exists()


def test_lena_opens_a_form_for_staff_and_begins_it(portal, form, client):
    form("staff")
    client.force_login(portal.lena)
    response = client.get("/de/forms/small/")
    assert response.status_code == 200
    assert "noindex" in response["X-Robots-Tag"]
    Walker(client, key="small").start()
    assert Draft.objects.count() == 1


def test_an_invitation_works_without_an_account_and_in_every_language(portal, form, client):
    form("invited")
    token = invitation(portal.district, "small")
    for language in ("de", "ar"):
        page = client.get(f"/{language}/forms/small/invited/{token}/")
        assert page.status_code == 200
        assert f'name="invitation" value="{token}"' in page.content.decode()
        assert f"/{language}/languages/?page=/{language}/forms/small/invited/" in page.content.decode()
    person = Walker(client, key="small").start(invitation=token)
    person.post("a", shown=["x"], x="yes")
    assert "/receipt/" in person.send()["Location"]
    assert Case.objects.count() == 1


def test_an_invitation_whose_day_has_passed_says_so(portal, form, client):
    form("invited")
    token = invitation(portal.district, "small", timezone.localdate() - timedelta(days=1))
    response = client.get(f"/de/forms/small/invited/{token}/")
    assert response.status_code == 403
    assert WHO in response.content.decode()


def test_an_invitation_opens_no_form_for_staff(portal, form, client):
    form("staff")
    token = invitation(portal.district, "small")
    assert client.get(f"/de/forms/small/invited/{token}/").status_code == 403
    assert client.post("/de/forms/small/start/", {"invitation": token}).status_code == 403


def test_an_invitation_to_a_form_that_does_not_exist_is_not_found(portal, client):
    token = invitation(portal.district, "nothing")
    assert client.get(f"/de/forms/nothing/invited/{token}/").status_code == 404


def test_lena_finds_the_link_to_pass_on_and_it_works_for_somebody_else(portal, form, client):
    form("invited")
    client.force_login(portal.lena)
    link = client.get("/de/forms/small/").context["guest_link"]
    client.logout()
    assert client.get(link).status_code == 200


def test_a_form_that_is_not_for_everybody_is_in_no_list_no_sitemap_and_no_search(portal, form, client, rf):
    def listed():
        request = rf.get("/")
        return (
            "Zwielicht" in client.get("/de/forms/").content.decode(),
            any("/forms/small/" in entry["path"] for entry in entries(request)),
            any(hit["page"].title == "Zwielicht" for hit in find_pages("Zwielicht", "de", portal.district)),
        )

    form("public")
    assert listed() == (True, True, True)
    form("staff")
    assert listed() == (False, False, False)


def test_a_public_form_touches_no_session(portal, form, client):
    form("public")
    client.force_login(portal.lena)
    response = client.get("/de/forms/small/")
    assert not response.wsgi_request.session.accessed
    assert "no-store" not in response["Cache-Control"]


def test_an_opinion_about_the_start_page_does_not_pass_the_invitation_on(portal):
    token = invitation(portal.district, "small")
    assert inner_path(f"/de/forms/small/invited/{token}/") == "/de/forms/small/invited/…/"
