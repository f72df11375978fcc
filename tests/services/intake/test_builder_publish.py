"""Publishing a form from its page: one version in all live languages, or a refusal that names the place."""

from __future__ import annotations

import pytest

from portal.translations import publish_translation
from services.intake.builder_refusals import FormRefused
from services.intake.models import FormVersion, IntakeFormPage, document_of
from tests.services.intake.builder_cases import changed, fill, form_block, form_page, go_live, say, small
from tests.services.intake.factories import question, step


@pytest.fixture
def now(django_capture_on_commit_callbacks):
    """Do something and what it leaves for the end of the transaction, as a request would."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


def current(portal):
    return FormVersion.objects.of(portal.district).filter(key="small").order_by("-number").first()


WHO = question("who", required=True)


class TestGerman:
    def test_publishing_the_page_publishes_the_form(self, portal):
        form_page(portal)
        assert current(portal).number == 1
        assert current(portal).document["languages"] == ["de"]

    def test_a_draft_changes_nothing_for_readers(self, portal):
        page = form_page(portal)
        fill(page, small(step("other", WHO))).save_revision()
        assert current(portal).number == 1

    def test_an_unpublished_page_has_no_form(self, portal):
        form_page(portal, publish=False)
        assert current(portal) is None

    def test_publishing_the_same_again_is_no_new_version(self, portal):
        page = form_page(portal)
        page.save_revision().publish()
        page.save()
        assert FormVersion.objects.count() == 1

    def test_a_change_is_a_new_version_and_the_old_one_stays(self, portal):
        page = form_page(portal)
        first = current(portal)
        changed(page, small(title="Neu"))
        assert current(portal).number == 2
        assert FormVersion.objects.get(pk=first.pk).document["title"] == {"de": "Klein"}

    def test_a_form_that_must_not_be_published_leaves_the_page_as_it_was(self, portal):
        page = form_page(portal)
        with pytest.raises(FormRefused, match="Klein"):
            changed(page, small(notice=[]))
        page.refresh_from_db()
        assert [block.value for block in page.notice] == ["Geht an: **{office}**."]
        assert FormVersion.objects.count() == 1

    def test_a_page_without_steps_has_its_form_from_elsewhere(self, portal):
        form_page(portal, small() | {"steps": []})
        assert current(portal) is None

    def test_the_same_question_in_two_places_counts_for_itself(self, portal):
        form_page(portal, small(step("a", question("x", label="Ja?"), question("y", label="Ja?"))))
        labels = [entry["label"] for entry in current(portal).document["steps"][0]["questions"]]
        assert labels == [{"de": "Ja?"}, {"de": "Ja?"}]


class TestLanguages:
    def test_a_published_translation_makes_a_new_version(self, portal, now):
        page = form_page(portal)
        go_live(now, portal, page)
        document = current(portal).document
        assert document["languages"] == ["de", "ar"]
        assert document["title"] == {"de": "Klein", "ar": "ar Klein"}
        assert document["steps"][0]["questions"][0]["options"][0]["label"] == {"de": "Ja", "ar": "ar Ja"}

    def test_what_a_translator_has_typed_but_not_published_stays_out(self, portal, now):
        page = form_page(portal)
        say(page, "ar")
        changed(page, small(retention_days=30))
        assert current(portal).document["languages"] == ["de"]
        go_live(now, portal, page)
        say(page, "ar", {"Klein": "مسودة"})
        changed(page, small(retention_days=60))
        assert current(portal).document["title"]["ar"] == "ar Klein"

    def test_a_changed_sentence_falls_back_to_german_and_the_language_is_no_longer_complete(self, portal, now):
        page = form_page(portal)
        go_live(now, portal, page)
        changed(page, small(title="Ganz neu"))
        document = current(portal).document
        assert document["title"] == {"de": "Ganz neu"}
        assert document["teaser"]["ar"] == "ar Ein kleines Formular"
        assert document["languages"] == ["de"]

    def test_it_stays_german_while_the_new_sentence_is_translated_but_not_published(self, portal, now):
        page = form_page(portal)
        go_live(now, portal, page)
        page = changed(page, small(title="Ganz neu"))
        say(page, "ar", {"Ganz neu": "جديد"})
        changed(page, small(title="Ganz neu", retention_days=30))
        assert current(portal).document["title"] == {"de": "Ganz neu"}
        now(publish_translation, say(page, "ar", {"Ganz neu": "جديد"}))
        assert current(portal).document["title"] == {"de": "Ganz neu", "ar": "جديد"}
        assert current(portal).document["languages"] == ["de", "ar"]

    def test_the_same_german_sentence_may_be_translated_in_two_ways(self, portal, now):
        page = form_page(portal, small(step("a", question("x", label="Wer?"), question("y", label="Wer?"))))
        translation = say(page, "ar")
        from wagtail_localize.models import StringTranslation

        places = StringTranslation.objects.filter(translation_of__data="Wer?").order_by("pk")
        for row, text in zip(places, ["من؟", "مَن هي؟"], strict=True):
            row.data = text
            row.save()
        for above in (portal.home, page.get_parent().specific):
            now(publish_translation, say(above, "ar"))
        now(publish_translation, translation)
        labels = [entry["label"]["ar"] for entry in current(portal).document["steps"][0]["questions"]]
        assert sorted(labels) == sorted(["من؟", "مَن هي؟"])

    def test_a_language_whose_page_is_taken_down_is_gone_from_the_form(self, portal, now):
        page = form_page(portal)
        arabic = go_live(now, portal, page)
        arabic.unpublish()
        assert current(portal).document["title"] == {"de": "Klein"}

    def test_a_translation_that_loses_the_office_is_refused_and_the_form_stays(self, portal, now):
        page = form_page(portal)
        with pytest.raises(FormRefused, match="العربية"):
            go_live(now, portal, page, words={"Klein": "صغير", "Geht an: **{office}**.": "إلى المكتب"} | ANY)
        assert current(portal).document["languages"] == ["de"]

    def test_no_key_is_ever_given_to_translators(self, portal):
        form_block("c1", question("danger"))
        rule = {"when": [{"question": "who", "is": "yes"}], "office": "KOORD"}
        page = form_page(
            portal,
            small(
                step("keyed", question("who", required=True), question("many", "checkbox"), {"block": "c1"}),
                step(
                    "file_step",
                    question("papers", "file", accept=[".pdf"]),
                    visible_if=[{"question": "who", "is": "yes"}],
                ),
                topics=["housing_topic"],
                routing={"rules": [rule], "default": {"office": "VS_IM"}},
            ),
        )
        translation = say(page, "ar")
        segments = set(translation.source.stringsegment_set.values_list("string__data", flat=True))
        assert segments == {
            *("Klein", "Ein kleines Formular", "Geht an: **{office}**.", "Schritt keyed", "Schritt file_step"),
            *("Frage who", "Frage many", "Frage papers", "Ja", "Nein"),
        }

    def test_a_reusable_block_is_translated_once_and_read_in_every_form(self, portal, now):
        block = form_block("c1", question("danger"))
        page = form_page(portal, small(step("a", WHO, {"block": "c1"})))
        now(publish_translation, say(block, "ar"))
        go_live(now, portal, page)
        labels = [entry["label"] for entry in current(portal).document["steps"][0]["questions"]]
        assert labels[1] == {"de": "Frage danger", "ar": "ar Frage danger"}
        assert current(portal).document["languages"] == ["de", "ar"]


ANY = {
    "Ein kleines Formular": "نموذج",
    "Schritt a": "خطوة",
    "Schritt b": "خطوة ثانية",
    "Frage who": "من",
    "Frage x": "ماذا",
    "Ja": "نعم",
    "Nein": "لا",
}


class TestBlocks:
    def test_a_form_keeps_the_block_it_was_published_with(self, portal):
        block = form_block("c1", question("danger"))
        form_page(portal, small(step("a", WHO, {"block": "c1"})))
        block.questions[0].value["label"] = "Neu"
        block.save()
        assert document_of(current(portal).pk)["steps"][0]["questions"][1]["label"] == {"de": "Frage danger"}

    def test_the_next_publishing_takes_the_new_block(self, portal):
        block = form_block("c1", question("danger"))
        page = form_page(portal, small(step("a", WHO, {"block": "c1"})))
        block.questions[0].value["label"] = "Neu"
        block.save()
        IntakeFormPage.objects.get(pk=page.pk).save_revision().publish()
        assert current(portal).document["steps"][0]["questions"][1]["label"] == {"de": "Neu"}

    def test_a_block_that_was_deleted_is_missed_at_its_place(self, portal):
        block = form_block("c1", question("danger"))
        page = form_page(portal, small(step("a", WHO, {"block": "c1"})))
        block.delete()
        with pytest.raises(FormRefused, match="Schritt a"):
            IntakeFormPage.objects.get(pk=page.pk).save_revision().publish()
