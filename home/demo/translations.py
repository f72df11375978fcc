"""The demo's translations: each catalogue is put into the translation memory, then every complete page goes live.

Takes the same path as a translator (portal.translations); only the filling of the memory is done in bulk.
"""

from __future__ import annotations

from html import escape
from uuid import UUID

from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from home.demo.markup import key_of, markup, plain
from home.demo.words import catalogue, sources
from portal.languages import SOURCE, complete_codes
from portal.models import TranslationRecord
from portal.translations import IncompleteTranslation, publish_translation
from services.intake.models import FormBlock
from services.pages.models import Term

TOOL = "catalogue"


def load_translations(home: Page) -> dict[str, int]:
    """Translate the tree below the German start page; returns how many pages went live per language."""
    blocks = FormBlock.objects.filter(locale=home.locale)  # before the pages that refer to them
    pages = [*blocks, *Page.objects.descendant_of(home, inclusive=True).order_by("path").specific()]
    with transaction.atomic():
        remembered = [TranslationSource.update_or_create_from_instance(page)[0] for page in pages]
    return {code: _load_language(code, remembered) for code in complete_codes() if code != SOURCE}


def _load_language(code: str, remembered: list[TranslationSource]) -> int:
    words = catalogue(code)
    if not words:
        return 0
    locale = Locale.objects.get(language_code=code)
    published = 0
    with transaction.atomic():
        _load_terms(locale, words)
        changed = _fill_memory(locale, words, remembered)
        current = _current(locale)
        for source in remembered:
            if source.pk not in changed and source.object_id in current:
                continue
            translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
            if len(set(translation.get_progress())) > 1:
                continue  # not all is translated; trying would build the whole page to find that out
            try:
                publish_translation(translation, made_by=TOOL)
                published += 1
            except IncompleteTranslation:
                continue  # the reader gets the next language of the chain, and is told so
    return published


def _current(locale: Locale) -> set[UUID]:
    """Translation keys of live pages made from what their source says today."""
    records = TranslationRecord.objects.filter(page__locale=locale, page__live=True).values_list(
        "page__translation_key", "source_revision_id"
    )
    today = dict(Page.objects.filter(locale__language_code=SOURCE).values_list("translation_key", "live_revision_id"))
    return {key for key, revision in records if today.get(key) == revision}


def _load_terms(locale: Locale, words: dict[str, str]) -> None:
    Term.objects.bulk_create(
        [
            Term(
                slug=place.removeprefix("terms/"),
                locale=locale,
                translation_key=key_of(place),
                term=document["term"],
                explanation=words[document["explanation"]],
            )
            for place, document in sources().items()
            if place.startswith("terms/") and document["explanation"] in words
        ],
        update_conflicts=True,
        unique_fields=["slug", "locale"],
        update_fields=["term", "explanation"],
    )


def _fill_memory(locale: Locale, words: dict[str, str], remembered: list[TranslationSource]) -> set[int]:
    """Write the catalogue into the translation memory; returns the sources with a new or changed sentence.

    Sentences a person has translated since are left alone.
    """
    texts = {markup(source): markup(target) for source, target in words.items()}
    texts |= {markup(plain(source)): markup(plain(target)) for source, target in words.items()}
    texts |= {escape(source, quote=False): escape(target, quote=False) for source, target in words.items()}  # forms
    known = {(row.translation_of_id, row.context_id): row for row in StringTranslation.objects.filter(locale=locale)}
    new, better, changed = {}, [], set()
    for segment in StringSegment.objects.filter(source__in=remembered).select_related("string"):
        text = texts.get(segment.string.data)
        row = known.get((segment.string_id, segment.context_id))
        if text is None or (row and (row.data == text or row.tool_name != TOOL)):
            continue
        changed.add(segment.source_id)
        if row:
            row.data = text
            better.append(row)
        else:
            new[segment.string_id, segment.context_id] = StringTranslation(
                translation_of=segment.string,
                locale=locale,
                context_id=segment.context_id,
                data=text,
                translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
                tool_name=TOOL,
            )
    StringTranslation.objects.bulk_create(new.values())
    StringTranslation.objects.bulk_update(better, ["data"], batch_size=500)
    return changed
