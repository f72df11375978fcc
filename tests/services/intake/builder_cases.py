"""Forms as editors keep them, for tests: a list, a page made from a source, what the editor's browser sends."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from portal.languages import SOURCE
from portal.pages import locale_id_of
from portal.translations import publish_translation
from services.intake.builder_content import block_content, content_of
from services.intake.models import FormBlock, FormIndexPage, IntakeFormPage
from tests.cast import Cast
from tests.services.intake.factories import question, step


def small(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A source that can be published: goes to whoever is responsible."""
    steps = steps or (step("a", question("who", required=True)), step("b", question("x", "text")))
    base = {"key": "small", "title": "Klein", "teaser": "Ein kleines Formular", "notice": ["Geht an: **{office}**."]}
    return {**base, "routing": {"default": {"office": "responsible"}}, "steps": list(steps), **more}


def form_list(portal: Cast) -> FormIndexPage:
    """The live list of forms."""
    index = FormIndexPage.objects.filter(locale_id=locale_id_of(SOURCE)).first()
    if index is None:
        index = portal.home.add_child(
            instance=FormIndexPage(title="Formulare", slug="forms", locale_id=locale_id_of(SOURCE))
        )
        index.save_revision().publish()
    return FormIndexPage.objects.get(pk=index.pk)


def shared_pk(key: str) -> int:
    """Primary key of a reusable block."""
    return FormBlock.objects.get(key=key, locale_id=locale_id_of(SOURCE)).pk


def fill(page: IntakeFormPage, source: dict[str, Any]) -> IntakeFormPage:
    """Put a source into the fields of a page."""
    for name, value in content_of(source, shared_pk).items():
        field = page._meta.get_field(name)
        setattr(page, name, field.stream_block.to_python(value) if isinstance(value, list) else value)
    return page


def form_page(portal: Cast, source: dict[str, Any] | None = None, publish: bool = True) -> IntakeFormPage:
    """A German form page as an editor left it, published or not."""
    source = source or small()
    page = fill(IntakeFormPage(slug=source["key"], locale_id=locale_id_of(SOURCE), live=False), source)
    form_list(portal).add_child(instance=page)
    revision = page.save_revision()
    if publish:
        revision.publish()
    return IntakeFormPage.objects.get(pk=page.pk)


def changed(page: IntakeFormPage, source: dict[str, Any]) -> IntakeFormPage:
    """The same page with another source, published."""
    fill(page, source).save_revision().publish()
    return IntakeFormPage.objects.get(pk=page.pk)


def form_block(key: str = "c1", *questions: Any) -> FormBlock:
    """A reusable block."""
    entries = list(questions or [question("danger")])
    source = {"sentences" if isinstance(entries[0], str) else "questions": entries}
    values = {
        name: FormBlock._meta.get_field(name).stream_block.to_python(raw)
        for name, raw in block_content(source, key).items()
    }
    return FormBlock.objects.create(key=key, name=f"Block {key}", locale_id=locale_id_of(SOURCE), **values)


def say(thing: Any, code: str, words: Any = None) -> Translation:
    """Translate every sentence of a page or block, or those that `words` knows; nothing is published."""
    source, created = TranslationSource.get_or_create_from_instance(thing)
    if not created:
        source.update_from_db()
    locale = Locale.objects.get(language_code=code)
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    for segment in StringSegment.objects.filter(source=source).select_related("string"):
        text = f"{code} {segment.string.data}" if words is None else words.get(segment.string.data)
        if text:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string, context=segment.context, locale=locale, defaults={"data": text}
            )
    return translation


def go_live(now: Any, portal: Cast, page: IntakeFormPage, code: str = "ar", words: Any = None) -> IntakeFormPage:
    """Translate a form and what stands above it, and publish it as a translator does."""
    for above in (portal.home, form_list(portal)):
        now(publish_translation, say(above, code))
    now(publish_translation, say(page, code, words))
    return IntakeFormPage.objects.get(translation_key=page.translation_key, locale__language_code=code)
