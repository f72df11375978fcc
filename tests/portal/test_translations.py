"""The safe path of a translation: no German under another language's name, no draft on the live page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.operations import translate_object

from home.models import GeneralPage
from portal.actions import check_translation
from portal.errors import NotAllowed
from portal.models import TranslationRecord
from portal.translations import IncompleteTranslation, is_outdated, publish_translation


@pytest.fixture
def page(portal):
    page = portal.home.add_child(instance=GeneralPage(title="Wohnen", slug="wohnen", teaser="Eine Wohnung finden"))
    page.save_revision().publish()
    return GeneralPage.objects.get(pk=page.pk)


@pytest.fixture
def now(django_capture_on_commit_callbacks):
    """Do something and what it leaves for the end of the transaction, as a request would."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


@pytest.fixture
def arabic(portal, page, now):
    """The translation of the page into Arabic, with an Arabic start page above it."""
    locale = Locale.objects.get(language_code="ar")
    for thing in (portal.home, page):
        source, _created = TranslationSource.update_or_create_from_instance(thing)
        translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    say(Translation.objects.get(source__object_id=portal.home.translation_key), "مرحبا")
    now(publish_translation, Translation.objects.get(source__object_id=portal.home.translation_key))
    return translation


def say(translation, text, only=None):
    """Translate every sentence, or only those of one field."""
    for segment in StringSegment.objects.filter(source=translation.source).select_related("context"):
        if only is None or segment.context.path == only:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=translation.target_locale,
                defaults={"data": text},
            )


def live_in(page, code):
    return GeneralPage.objects.filter(
        translation_key=page.translation_key, locale__language_code=code, live=True
    ).first()


class TestPublishing:
    def test_a_complete_translation_goes_live(self, arabic, page, now):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        assert live_in(page, "ar").title == "سكن"

    def test_a_missing_sentence_keeps_the_page_from_going_live(self, arabic, page, now):
        say(arabic, "سكن", only="title")
        with pytest.raises(IncompleteTranslation):
            now(publish_translation, arabic)
        assert live_in(page, "ar") is None

    def test_german_is_never_published_as_arabic_by_the_translate_button(self, arabic, page, now, portal):
        now(translate_object, page, [arabic.target_locale], user=portal.ada)
        assert live_in(page, "ar") is None

    def test_the_translate_button_leaves_a_draft_to_work_on(self, arabic, page, now, portal):
        now(translate_object, page, [arabic.target_locale], user=portal.ada)
        draft = GeneralPage.objects.get(translation_key=page.translation_key, locale=arabic.target_locale)
        assert not draft.live

    def test_an_incomplete_update_leaves_the_live_page_as_it_was(self, arabic, page, now):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        page.teaser = "Ganz neuer Satz"
        now(page.save_revision().publish)
        arabic.source.update_from_db()
        now(arabic.save_target, publish=True)
        live = live_in(page, "ar")
        assert live.teaser == "سكن"
        assert "Ganz neuer Satz" not in str(live.serializable_data())

    def test_a_draft_never_reaches_the_live_page(self, arabic, page, now):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        say(arabic, "مسودة")
        now(arabic.save_target, publish=False)
        assert live_in(page, "ar").title == "سكن"

    def test_a_live_alias_is_taken_down_rather_than_turned_into_german_arabic(self, arabic, page, now):
        alias = page.copy_for_translation(arabic.target_locale, alias=True)
        assert alias.live
        now(arabic.save_target, publish=True)
        assert live_in(page, "ar") is None

    def test_the_slug_is_the_same_in_every_language(self, arabic, page, now):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        assert live_in(page, "ar").slug == "wohnen"

    def test_pages_translated_in_one_go_stand_below_each_other(self, arabic, page, now, portal):
        """The tree counts the children of a page; a wrong count hides them and breaks the next page put there."""
        say(arabic, "مرحبا")
        parent = Translation.objects.get(
            source__object_id=portal.home.translation_key, target_locale=arabic.target_locale
        )

        def both():
            publish_translation(parent)
            publish_translation(arabic)

        now(both)
        home = Page.objects.get(translation_key=portal.home.translation_key, locale=arabic.target_locale)
        assert [child.pk for child in home.get_children()] == [live_in(page, "ar").pk]
        assert not any(Page.find_problems())

    def test_a_page_that_was_published_can_be_read_under_its_language(self, arabic, page, now, client):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        answer = client.get("/ar/wohnen/").content.decode()
        assert '<html lang="ar" dir="rtl">' in answer
        assert "Eine Wohnung finden" not in answer


class TestRecord:
    def test_a_translation_knows_the_source_revision_it_was_made_from(self, arabic, page, now):
        say(arabic, "سكن")
        now(publish_translation, arabic, made_by="catalogue")
        record = TranslationRecord.objects.get(page__translation_key=page.translation_key)
        assert record.source_revision_id == page.live_revision_id
        assert record.made_by == "catalogue"
        assert record.checked_at is None

    def test_it_is_outdated_once_the_source_was_published_again(self, arabic, page, now):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        record = TranslationRecord.objects.get(page__translation_key=page.translation_key)
        assert not is_outdated(record, page)
        page.teaser = "Neu"
        now(page.save_revision().publish)
        assert is_outdated(record, GeneralPage.objects.get(pk=page.pk))

    def test_a_translator_who_may_edit_the_page_can_check_it(self, arabic, page, now, portal):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        record = TranslationRecord.objects.get(page__translation_key=page.translation_key)
        check_translation(record=record, user=portal.ada)
        record.refresh_from_db()
        assert record.checked_by == portal.ada
        assert record.checked_at is not None

    def test_omar_cannot_check_it(self, arabic, page, now, portal):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        record = TranslationRecord.objects.get(page__translation_key=page.translation_key)
        with pytest.raises(NotAllowed):
            check_translation(record=record, user=portal.omar)
        record.refresh_from_db()
        assert record.checked_at is None

    def test_publishing_anew_asks_for_a_new_check(self, arabic, page, now, portal):
        say(arabic, "سكن")
        now(publish_translation, arabic)
        record = TranslationRecord.objects.get(page__translation_key=page.translation_key)
        check_translation(record=record, user=portal.ada)
        say(arabic, "سكن جديد")
        now(publish_translation, arabic)
        record.refresh_from_db()
        assert record.checked_at is None


class TestReport:
    def test_tarik_without_the_right_does_not_see_the_list(self, portal, client):
        client.force_login(portal.omar)
        assert client.get(reverse("translation_report")).status_code in {302, 403}

    def test_ada_sees_the_list(self, portal, client):
        client.force_login(portal.ada)
        assert client.get(reverse("translation_report")).status_code == 200

    def test_the_button_works_by_post_alone(self, portal, client):
        client.force_login(portal.ada)
        page = Page.objects.get(pk=portal.home.pk)
        record = TranslationRecord.objects.create(page=page)
        assert client.get(reverse("translation_checked", args=[record.pk])).status_code == 405
        assert client.post(reverse("translation_checked", args=[record.pk])).status_code == 302
        record.refresh_from_db()
        assert record.checked_by == portal.ada


def test_the_editor_is_told_how_many_sentences_are_missing(arabic, page, now, portal, client):
    now(translate_object, page, [arabic.target_locale], user=portal.ada)
    draft = GeneralPage.objects.get(translation_key=page.translation_key, locale=arabic.target_locale)
    client.force_login(portal.ada)
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), {"action": "publish"}, follow=True)
    assert "2 " in answer.content.decode()
    assert live_in(page, "ar") is None
