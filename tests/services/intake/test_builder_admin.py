"""Building in the admin: what the editor's button does, what it refuses and where it says so, and who may."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from home.roles import ensure_roles
from services.intake.builder_content import block_content, content_of
from services.intake.models import FormBlock, FormVersion, IntakeFormPage
from tests.services.intake.builder_cases import form_block, form_list, form_page, shared_pk, small
from tests.services.intake.factories import question, step
from tests.standing import told_once

WHO = question("who", required=True)
MAYBE = [{"question": "who", "is": "maybe"}]
NO = {"question": "who", "is": "no"}
TO_KOORD = {"office": "KOORD"}
YES = [{"question": "who", "is": "yes"}]


def typed(source, **more):
    """What the browser of an editor sends for this form."""
    data = {}
    for name, value in content_of(source, shared_pk).items():
        if isinstance(value, list):
            data |= sequence(name, value)
        elif value is True:
            data[name] = "on"
        elif value not in (None, False):
            data[name] = value
    return {
        **data,
        "slug": source["key"],
        "action-publish": "1",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "comments-MIN_NUM_FORMS": 0,
        "comments-MAX_NUM_FORMS": "",
        **more,
    }


def sequence(name, blocks):
    data = {f"{name}-count": len(blocks)}
    for number, block in enumerate(blocks):
        prefix = f"{name}-{number}"
        data |= {f"{prefix}-deleted": "", f"{prefix}-order": number, f"{prefix}-id": block["id"]}
        if block["type"] != "item":
            data[f"{prefix}-type"] = block["type"]
        data |= struct(f"{prefix}-value", block["value"])
    return data


LISTS = {"questions", "options", "conditions", "intro", "stop_text"}


def struct(prefix, value):
    if not isinstance(value, dict):
        return {prefix: value}
    data = {}
    for name, inner in value.items():
        if name in LISTS:
            data |= sequence(f"{prefix}-{name}", inner)
        elif isinstance(inner, dict):
            data |= struct(f"{prefix}-{name}", inner)
        elif inner is True:
            data[f"{prefix}-{name}"] = "on"
        elif inner not in (None, False):
            data[f"{prefix}-{name}"] = inner
    return data


def story(portal):
    form_list(portal)
    return portal


kept = told_once(story)


@pytest.fixture
def portal(kept, db):
    return deepcopy(kept)


@pytest.fixture
def eva(portal, client):
    """Eva at her desk."""
    client.force_login(portal.eva)
    return client


def add(client, portal, source, **more):
    address = reverse("wagtailadmin_pages:add", args=["services", "intakeformpage", form_list(portal).pk])
    return client.post(address, typed(source, **more))


def edit(client, page, source, **more):
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), typed(source, **more))


def said(answer):
    """Everything the page says about mistakes, as one text."""
    form = answer.context["form"]
    return " ".join(form.non_field_errors()), set(form.errors) - {"__all__"}


class TestPublish:
    def test_eva_publishes_a_form_from_an_empty_page(self, portal, eva):
        answer = add(eva, portal, small(step("a", WHO), step("b", question("x", "text"), visible_if=YES)))
        assert answer.status_code == 302, answer.context["form"].errors.as_json()
        assert FormVersion.objects.get(key="small").document["steps"][1]["visible_if"] == YES

    def test_missing_keys_are_made_from_the_words(self, portal, eva):
        data = typed(small(step("a", question("x", options=[{"key": "k", "label": "Überall"}]))))
        for name in ("steps-0-value-key", "steps-0-value-questions-0-value-key"):
            del data[name]
        del data["steps-0-value-questions-0-value-options-0-value-key"]
        address = reverse("wagtailadmin_pages:add", args=["services", "intakeformpage", form_list(portal).pk])
        assert eva.post(address, data).status_code == 302
        made = FormVersion.objects.get(key="small").document["steps"][0]
        assert (made["key"], made["questions"][0]["key"]) == ("schritt_a", "frage_x")
        assert made["questions"][0]["options"][0]["key"] == "ueberall"

    def test_a_draft_may_be_unfinished(self, portal, eva):
        data = typed(small(step("a", WHO), notice=[])) | {"steps-0-value-title": "", "default_office": ""}
        del data["action-publish"]
        address = reverse("wagtailadmin_pages:add", args=["services", "intakeformpage", form_list(portal).pk])
        assert eva.post(address, data).status_code == 302
        assert not IntakeFormPage.objects.get(key="small").live

    def test_the_editor_opens_with_the_form_in_it(self, portal, eva):
        page = form_page(portal)
        answer = eva.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        assert answer.status_code == 200
        assert "services/builder.js" in answer.content.decode()


OTHER = question("x", "text")
REFUSALS = {
    "duplicate question": (small(step("a", WHO, question("who", "text"))), "Schritt a", "steps"),
    "duplicate step": (small(step("a", WHO), step("a", OTHER)), "Schritt a", "steps"),
    "reserved step": (small(step("check", WHO)), "Schritt check", "steps"),
    "later question": (small(step("a", OTHER, visible_if=YES), step("b", WHO)), "Schritt a", "steps"),
    "own step": (small(step("a", question("y", visible_if=YES), WHO)), "Frage y", "steps"),
    "gone option": (
        small(step("a", WHO), step("b", OTHER, visible_if=MAYBE)), "Schritt b", "steps",
    ),
    "never true": (
        small(step("a", WHO), step("b", OTHER, visible_if=[*YES, NO])),
        "Schritt b", "steps",
    ),
    "unreachable question": (
        small(step("a", WHO), step("b", OTHER, question("z", visible_if=[*YES, {"question": "who", "is_not": "yes"}]))),
        "Frage z", "steps",
    ),
    "stop without words": (small(step("a", WHO, stop_if=YES)), "Schritt a", "steps"),
    "no notice": (small(notice=[]), "", "notice"),
    "no step": (small() | {"steps": []}, "", "steps"),
    "no office": (small(routing={}), "", "default_office"),
    "office without inbox": (small(routing={"default": {"office": "NOBODY"}}), "", "default_office"),
    "rule with a gone option": (
        small(routing={"rules": [{"when": MAYBE, **TO_KOORD}], "default": TO_KOORD}),
        "1", "routing",
    ),
    "rule without condition": (
        small(routing={"rules": [{"when": [], **TO_KOORD}], "default": TO_KOORD}), "1", "routing",
    ),
    "files beside others": (small(step("a", WHO, question("f", "file"))), "Frage f", "steps"),
    "compared with no date": (
        small(step("a", WHO), step("b", OTHER, visible_if=[{"question": "who", "before": "2026-01"}])),
        "Schritt b", "steps",
    ),
}  # fmt: skip


class TestRefuse:
    @pytest.mark.parametrize(("source", "place", "field"), REFUSALS.values(), ids=REFUSALS)
    def test_it_says_where_and_publishes_nothing(self, portal, eva, source, place, field):
        page = form_page(portal)
        answer = edit(eva, page, source)
        assert answer.status_code == 200
        sentence, fields = said(answer)
        assert place in sentence
        assert field in fields
        assert FormVersion.objects.count() == 1
        assert IntakeFormPage.objects.get(pk=page.pk).title == "Klein"

    def test_nothing_typed_is_lost(self, portal, eva):
        page = form_page(portal)
        answer = edit(eva, page, small(step("a", question("new", "text", label="Ganz neue Frage")), notice=[]))
        assert "Ganz neue Frage" in answer.content.decode()

    def test_a_key_of_an_earlier_version_cannot_get_another_type(self, portal, eva):
        page = form_page(portal)
        edit(eva, page, small(step("a", question("who", required=True))))
        answer = edit(eva, page, small(step("a", WHO), step("b", question("x", "number"))))
        assert "Frage x" in said(answer)[0]

    def test_a_radio_may_become_a_list(self, portal, eva):
        page = form_page(portal)
        answer = edit(eva, page, small(step("a", question("who", "select", required=True)), step("b", OTHER)))
        assert answer.status_code == 302

    def test_a_changed_key_is_found_at_its_question(self, portal, eva):
        page = form_page(portal)
        data = typed(small())
        data["steps-0-value-questions-0-value-key"] = "renamed"
        answer = eva.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
        assert "Frage who (renamed)" in said(answer)[0].replace("“", "").replace("”", "").replace("„", "")

    def test_the_key_of_the_form_stays(self, portal, eva):
        page = form_page(portal)
        assert "key" in said(edit(eva, page, small(key="other")))[1]

    def test_two_forms_cannot_have_one_key(self, portal, eva):
        form_page(portal)
        assert "key" in said(add(eva, portal, small(), slug="again"))[1]

    def test_the_products_own_form_cannot_be_replaced(self, portal, eva):
        assert "key" in said(add(eva, portal, small(key="page-feedback")))[1]

    def test_a_mistake_in_a_block_is_shown_where_the_block_stands(self, portal, eva):
        form_block("c1", question("who"))
        answer = edit(eva, form_page(portal), small(step("a", WHO, {"block": "c1"})))
        assert "Block c1" in said(answer)[0]

    def test_every_way_to_publish_is_refused(self, portal, client):
        client.force_login(portal.ada)
        page = form_page(portal)
        edit(client, page, small(step("a", WHO), notice=[]), **{"action-publish": ""})
        assert IntakeFormPage.objects.get(pk=page.pk).has_unpublished_changes
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        answer = client.post(f"{address}?id={page.pk}", {"include_descendants": ""})
        assert answer.status_code == 422
        assert IntakeFormPage.objects.get(pk=page.pk).has_unpublished_changes
        assert FormVersion.objects.count() == 1


class TestReusableBlocks:
    def test_an_editor_of_the_demo_makes_one_and_keys_come_from_the_words(self, portal, client):
        ensure_roles()
        portal.lena.groups.add(Group.objects.get(name="Redaktion"))
        client.force_login(portal.lena)
        raw = block_content({"questions": [question("x", label="Für wen?")], "sentences": ["Hallo."]}, "c1")
        data = {"name": "C1", "key": "c1", **sequence("questions", raw["questions"])}
        data |= sequence("sentences", raw["sentences"]) | {"questions-0-value-key": ""}
        answer = client.post(reverse("wagtailsnippets_services_formblock:add"), data)
        assert answer.status_code == 302
        assert FormBlock.objects.get().questions[0].value["key"] == "fuer_wen"

    def test_omar_may_not(self, portal, client):
        client.force_login(portal.omar)
        client.post(reverse("wagtailsnippets_services_formblock:add"), {"name": "C1", "key": "c1"})
        assert not FormBlock.objects.exists()


class TestWhoMay:
    def test_an_editor_of_the_demo_may_build(self, portal, client):
        ensure_roles()
        portal.lena.groups.add(Group.objects.get(name="Redaktion"))
        client.force_login(portal.lena)
        assert edit(client, form_page(portal), small(title="Neu")).status_code == 302

    def test_a_translator_may_not_touch_the_german_form(self, portal, client):
        ensure_roles()
        portal.tarik.groups.add(Group.objects.get(name="Übersetzung"))
        client.force_login(portal.tarik)
        page = form_page(portal)
        assert not page.permissions_for_user(portal.tarik).can_publish()
        edit(client, page, small(title="Neu"))
        assert IntakeFormPage.objects.get(pk=page.pk).title == "Klein"
        for name in ("form_export", "form_import"):
            where = page.pk if name == "form_export" else form_list(portal).pk
            assert client.get(reverse(name, args=[where])).status_code == 403

    def test_a_translator_may_work_on_the_translation(self, portal):
        ensure_roles()
        portal.tarik.groups.add(Group.objects.get(name="Übersetzung"))
        page = form_page(portal)
        from wagtail.models import Locale

        copy = page.copy_for_translation(Locale.objects.get(language_code="ar"), copy_parents=True)
        assert copy.permissions_for_user(portal.tarik).can_edit()
        assert copy.permissions_for_user(portal.tarik).can_publish()

    @pytest.mark.parametrize("who", ["omar", "lena", "yasmin"])
    def test_a_case_worker_may_not(self, portal, client, who):
        client.force_login(getattr(portal, who))
        page = form_page(portal)
        edit(client, page, small(title="Neu"))
        assert IntakeFormPage.objects.get(pk=page.pk).title == "Klein"
        assert client.get(reverse("form_export", args=[page.pk])).status_code == 403
        assert client.post(reverse("form_import", args=[form_list(portal).pk])).status_code == 403

    def test_the_choosers_offer_towns_languages_and_blocks(self, portal, eva):
        block = form_block("c1", question("danger"))
        found = eva.get(reverse("form_keys")).json()
        assert ["08326017", "Furtwangen"] in found["municipality"]
        assert found["blocks"][str(block.pk)][0]["options"] == [["yes", "Ja"], ["no", "Nein"]]
