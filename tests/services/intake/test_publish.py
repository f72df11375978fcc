"""Publishing a form: once per content, never changed again, and no running draft is disturbed."""

from __future__ import annotations

import copy

import pytest
from django.db.models import ProtectedError

from home.demo import forms as demo
from portal.languages import complete_codes
from portal.models import District
from services.intake.actions import publish
from services.intake.compiler import SCHEMA_VERSION, fingerprint
from services.intake.models import FormIndexPage, FormVersion, IntakeFormPage, document_of
from tests.services.intake.factories import Walker, compiled, in_arabic, open_form, question, step


@pytest.fixture
def document():
    return compiled(step("a", question("x", required=True)))


def changed(document, title):
    other = copy.deepcopy(document)
    other["title"]["de"] = title
    return other


def test_the_same_content_is_the_same_version(portal, document):
    first = publish(district=portal.district, key="small", document=document)
    again = publish(district=portal.district, key="small", document=dict(reversed(document.items())))
    assert first == again
    assert (first.number, first.schema_version, first.sha256) == (1, SCHEMA_VERSION, fingerprint(document))
    assert FormVersion.objects.count() == 1


def test_new_content_is_the_next_version_and_the_current_one(portal, document):
    publish(district=portal.district, key="small", document=document)
    second = publish(district=portal.district, key="small", document=changed(document, "Neu"))
    assert second.number == 2
    assert FormVersion.objects.of(portal.district).current("small") == second


def test_going_back_to_an_older_text_makes_it_current_again(portal, document):
    publish(district=portal.district, key="small", document=document)
    publish(district=portal.district, key="small", document=changed(document, "Neu"))
    third = publish(district=portal.district, key="small", document=document)
    assert third.number == 3
    assert FormVersion.objects.of(portal.district).current("small") == third


def test_forms_and_districts_count_for_themselves(portal, document):
    from wagtail.models import Site

    site = Site.objects.create(hostname="other.example", root_page=portal.home)
    other = District.objects.create(site=site, name="Anderer Kreis", key="08327")
    publish(district=portal.district, key="small", document=document)
    assert publish(district=portal.district, key="large", document=document).number == 1
    assert publish(district=other, key="small", document=document).number == 1
    assert FormVersion.objects.of(other).current("large") is None


def test_a_published_version_is_never_changed(portal, document):
    version = publish(district=portal.district, key="small", document=document)
    version.document = changed(document, "Heimlich")
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        FormVersion.objects.filter(pk=version.pk).update(key="x")
    assert FormVersion.objects.get().document["title"]["de"] == "Klein"


def test_a_version_somebody_fills_in_cannot_be_deleted(portal, client):
    version = open_form(portal)
    Walker(client).start()
    with pytest.raises(ProtectedError):
        version.delete()


def test_amira_finishes_the_version_she_began_with(portal, client):
    version = open_form(portal)
    amira = Walker(client).start()
    amira.post("danger", danger="none")
    other = copy.deepcopy(document_of(version.pk))
    other["steps"] = [entry for entry in other["steps"] if entry["key"] != "contact"]
    newer = publish(district=portal.district, key="counselling", document=other)
    amira.fill().send()
    from services.inbox.models import Submission

    assert Submission.objects.get().form_version == version.pk
    late = Walker(client).start()
    assert late.store().draft.version_id == newer.pk


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_list_names_every_form_in_the_readers_language(portal, client):
    open_form(portal)
    html = client.get("/ar/forms/").content.decode()
    assert '<a href="/ar/forms/counselling/">' in html
    assert in_arabic("Beratung anfragen") in html


def test_a_form_page_without_a_published_form_is_not_found_and_not_listed(portal, client):
    open_form(portal)
    index = FormIndexPage.objects.get()
    index.add_child(instance=IntakeFormPage(title="Später", slug="later", key="later", locale=index.locale))
    assert client.get("/de/forms/later/").status_code == 404
    assert "later" not in client.get("/de/forms/").content.decode().split("<main")[1]


def test_a_form_page_is_the_page_of_every_language_its_form_has(portal, client):
    open_form(portal)
    html = client.get("/ar/forms/counselling/").content.decode()
    assert 'hreflang="ar"' in html
    assert 'hreflang="de"' in html
    assert "not yet in your language" not in html
    assert in_arabic("Sie beantworten wenige Fragen. Das dauert etwa 5 Minuten.")[:40] in html


@pytest.mark.parametrize("key", ["who", "danger"])
def test_the_address_of_a_step_without_a_draft_is_no_page(portal, client, key):
    open_form(portal)
    assert client.get(f"/de/forms/counselling/{key}/").status_code == 404


def test_the_page_tree_allows_forms_below_their_list_only():
    assert FormIndexPage.allowed_parent_page_models()[0].__name__ == "HomePage"
    assert IntakeFormPage.allowed_parent_page_models() == [FormIndexPage]
    assert IntakeFormPage.allowed_subpage_models() == []


# The demo ------------------------------------------------------------------------------------------------------------


def test_the_demos_forms_are_published_in_every_language_with_a_catalogue(portal):
    demo.load(portal.district)
    version = FormVersion.objects.of(portal.district).current("counselling")
    languages = document_of(version.pk)["languages"]
    assert "de" in languages
    assert "ar" in languages
    assert set(languages) <= set(complete_codes()) | set(languages)


def test_loading_the_demo_again_changes_nothing(portal):
    demo.load(portal.district)
    demo.load(portal.district)
    assert FormVersion.objects.count() == 10
    assert set(FormVersion.objects.values_list("number", flat=True)) == {1}
