"""Who sees the reports of forms, and what they show."""

from __future__ import annotations

import csv
import io
from copy import deepcopy

import pytest
from django.urls import reverse

from services.directory.models import OfficeMembership
from services.intake.actions import publish
from services.intake.models import FormVersion
from services.intake.permissions import can_preview_forms, can_see_form_reports
from services.intake.spreadsheet import harmless
from tests.cast import Cast
from tests.services.intake.factories import compiled, open_form, question, step
from tests.standing import told_once

HOSTILE = "<script>alert(1)</script> =1+1"


kept = told_once(lambda portal: (portal, open_form(portal)))


@pytest.fixture
def told(kept, db) -> tuple[Cast, FormVersion]:
    return deepcopy(kept)


@pytest.fixture
def portal(told) -> Cast:
    return told[0]


@pytest.fixture
def forms(told) -> FormVersion:
    return told[1]


@pytest.fixture
def eva(client, portal, forms):
    client.force_login(portal.eva)
    return client


def addresses(version: FormVersion) -> list[str]:
    key, number = version.key, version.number
    return [
        reverse("forms"),
        reverse("form_history", args=[key]),
        reverse("form_difference", args=[key]),
        reverse("form_figures", args=[key]),
        reverse("form_figures_csv", args=[key]),
        reverse("form_branches", args=[key, number]),
        reverse("form_truth_table", args=[key, number]),
        reverse("form_truth_table_csv", args=[key, number]),
    ]


def coordinates(portal: Cast) -> None:
    from django.contrib.auth.models import Permission

    portal.yasmin.user_permissions.add(Permission.objects.get(codename="change_responsibility"))


def test_eva_opens_every_report(eva, forms):
    for address in addresses(forms):
        assert eva.get(address).status_code == 200, address


@pytest.mark.parametrize("name", ["omar", "lena", "tarik"])
def test_people_who_do_not_edit_open_none(client, portal, forms, name):
    client.force_login(getattr(portal, name))
    for address in [*addresses(forms), reverse("form_preview_version", args=[forms.key, 1])]:
        response = client.get(address)
        assert response.status_code in {302, 403}, address
        assert "Beratung anfragen" not in response.content.decode()


def test_a_visitor_is_asked_to_log_in(client, forms):
    for address in addresses(forms):
        response = client.get(address)
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_omar_has_no_entry_in_the_menu_and_eva_has(client, portal, forms):
    client.force_login(portal.omar)
    assert reverse("forms") not in client.get("/admin/").content.decode()
    client.force_login(portal.eva)
    assert reverse("forms") in client.get("/admin/").content.decode()


def test_coordinators_of_the_district_may_and_others_may_not(portal, forms):
    assert not can_see_form_reports(portal.yasmin, portal.district)
    coordinates(portal)
    yasmin = type(portal.yasmin).objects.get(pk=portal.yasmin.pk)
    assert can_see_form_reports(yasmin, portal.district)
    assert can_preview_forms(yasmin, portal.district)
    OfficeMembership.objects.filter(user=yasmin).delete()
    assert not can_see_form_reports(yasmin, portal.district)


def test_an_editor_who_left_sees_nothing(portal, forms):
    portal.eva.is_active = False
    portal.eva.save()
    assert not can_see_form_reports(portal.eva, portal.district)


def test_administrators_may_and_nobody_may_not(portal, forms):
    from django.contrib.auth.models import AnonymousUser

    assert can_see_form_reports(portal.ada, portal.district)
    assert not can_see_form_reports(AnonymousUser(), portal.district)


def test_the_list_links_to_all_reports_of_a_form(eva, forms):
    page = eva.get(reverse("forms")).content.decode()
    for name in ("form_branches", "form_truth_table", "form_preview_version"):
        assert reverse(name, args=[forms.key, 1]) in page
    assert reverse("form_figures", args=[forms.key]) in page


def test_a_form_that_does_not_exist_leads_back_to_the_list(eva):
    for name, args in (("form_history", ["nothing"]), ("form_branches", ["counselling", 99]), ("form_figures", ["x"])):
        response = eva.get(reverse(name, args=args))
        assert response.status_code == 302
        assert response["Location"] == reverse("forms")


@pytest.mark.parametrize("query", ["?old=x&new=-1&p=abc&language=zz&month=99", "?old=99999999999&new=7&p=-1&month="])
def test_nonsense_in_the_address_is_no_error(eva, forms, query):
    for address in addresses(forms):
        assert eva.get(address + query).status_code in {200, 302}, address


def test_the_history_tells_versions_and_size(eva, portal, forms):
    document = {**forms.document, "retention_days": 30}
    publish(district=portal.district, key=forms.key, document=document)
    page = eva.get(reverse("form_history", args=[forms.key]))
    assert [row["version"].number for row in page.context["rows"]] == [2, 1]
    assert page.context["rows"][0]["steps"] == len(document["steps"])
    changed = eva.get(reverse("form_difference", args=[forms.key])).content.decode()
    assert "90" in changed
    assert "30" in changed


def test_hostile_words_of_a_form_stay_words(client, portal):
    options = [{"key": "a", "label": HOSTILE}, {"key": "b", "label": "=cmd|' /C calc'!A0"}]
    document = compiled(
        step("one", question("topics", "radio", label=HOSTILE, required=True, options=options), title=HOSTILE),
        title=HOSTILE,
        routing={"default": {"office": "responsible"}, "rules": [rule("topics", "a", "LRA_IM")]},
        recipient="",
    )
    version = publish(district=portal.district, key="small", document=document)
    publish(district=portal.district, key="small", document={**document, "title": {"de": "Neu"}})
    client.force_login(portal.eva)
    for address in addresses(version):
        body = client.get(address).content.decode()
        if ".csv" not in address:
            assert "<script>alert(1)" not in body, address
    table = client.get(reverse("form_truth_table_csv", args=["small", 1])).content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(table), delimiter=";"):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def rule(name: str, value: str, office: str, urgency: str = "normal") -> dict:
    return {"when": [{"question": name, "is": value}], "office": office, "urgency": urgency}


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u202e=1", "\n=1"])
def test_no_cell_begins_like_a_formula(text):
    assert harmless(text).startswith("'")


def test_ordinary_cells_stay_as_they_are():
    assert [harmless(cell) for cell in ("Wohnen", "< 5", 7, None, "")] == ["Wohnen", "< 5", "7", "", ""]


def test_another_districts_forms_are_not_there(eva, portal, forms):
    from wagtail.models import Site

    from portal.models import District

    site = Site.objects.create(hostname="other.test", root_page=portal.home)
    other = District.objects.create(site=site, name="Nachbarkreis", key="08327")
    publish(district=other, key="secret", document={**forms.document, "key": "secret"})
    assert "secret" not in eva.get(reverse("forms")).content.decode()
    assert eva.get(reverse("form_history", args=["secret"])).status_code == 302


def test_the_print_view_tells_conditions_and_rules_in_words(eva, forms):
    page = eva.get(reverse("form_branches", args=[forms.key, 1])).content.decode()
    assert "Wie wohnen Sie?" in page
    assert "„Brauchen Sie eine Person, die übersetzt?“" in page or "“Brauchen Sie eine Person, die übersetzt?”" in page
    assert "visible_if" not in page
    assert "any_of" not in page
    assert "{&#x27;" not in page
    assert "{'" not in page.split("<main", 1)[-1].split("</main>", 1)[0]


def test_the_print_view_speaks_the_chosen_language(eva, forms):
    page = eva.get(reverse("form_branches", args=[forms.key, 1]) + "?language=ar")
    assert page.context["language"].code == "ar"
    assert "عربي Wie wohnen Sie?" in page.content.decode()
    assert 'dir="rtl"' in page.content.decode()
