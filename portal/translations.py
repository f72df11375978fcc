"""The safe path of a translation: only complete ones go live, a draft never does, and each knows its source.

wagtail-localize on its own fills missing sentences with German and publishes them, and writes drafts over the live
page (handbook: stack §3.2, traps 1 and 2). Its one door, `Translation.save_target`, is replaced by ours, so the
editor's buttons, bulk actions and commands all take this path (docs/decisions/003).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from wagtail.models import Page
from wagtail_localize.models import (
    MissingRelatedObjectError,
    MissingTranslationError,
    Translation,
    TranslationSource,
)

from portal.models import TranslationRecord


class IncompleteTranslation(Exception):
    """Some sentence of the page has no translation yet, so it was not published."""


def publish_translation(translation: Translation, *, user: Any = None, made_by: str = "") -> Any:
    """Publish the translated page or snippet if, and only if, every sentence is translated.

    Nothing changes on the live page otherwise: raises `IncompleteTranslation`. Records the source revision.
    """
    try:
        with transaction.atomic():
            target, _created = translation.source.create_or_update_translation(
                translation.target_locale, user=user, publish=True, copy_parent_pages=True, fallback=False
            )
            if isinstance(target, Page):
                transaction.on_commit(partial(_count_children, target.pk))
                _record(target, translation.source, made_by or (user.get_username() if user else ""))
    except (MissingTranslationError, MissingRelatedObjectError) as missing:
        raise IncompleteTranslation(str(missing)) from missing
    return target


def keep_draft(translation: Translation, *, user: Any = None) -> None:
    """Give the translator a page to work on that nobody outside can read; a live page is left exactly as it is."""
    page = _target_page(translation)
    if page is not None and page.live:
        if not page.alias_of_id:
            return
        page.unpublish(user=user)  # an alias would turn into a live page of its own with German text
    translation.source.create_or_update_translation(
        translation.target_locale, user=user, publish=False, copy_parent_pages=True, fallback=True
    )


def save_safely(translation: Translation, user: Any = None, publish: bool = True) -> None:
    """What wagtail-localize calls when it wants a translation written: publish it when complete, else keep a draft."""
    if publish:
        try:
            publish_translation(translation, user=user)
        except IncompleteTranslation:
            publish = False
    if not publish and _is_page(translation):
        keep_draft(translation, user=user)


def is_outdated(record: TranslationRecord, source: Page) -> bool:
    """Whether the source was published again since this translation was made from it."""
    return record.source_revision_id != source.live_revision_id


def guard_every_door() -> None:
    """Put our path in place of wagtail-localize's; called once at start."""
    Translation.save_target = save_safely


def _is_page(translation: Translation) -> bool:
    return issubclass(translation.source.specific_content_type.model_class(), Page)


def _target_page(translation: Translation) -> Page | None:
    if not _is_page(translation):
        return None
    return Page.objects.filter(
        translation_key=translation.source.object_id, locale_id=translation.target_locale_id
    ).first()


def _count_children(page_id: int) -> None:
    """wagtail-localize publishes at the end of the transaction, with the number of children the page had before it."""
    page = Page.objects.get(pk=page_id)
    children = Page.objects.filter(path__startswith=page.path, depth=page.depth + 1).count()
    Page.objects.filter(pk=page_id).exclude(numchild=children).update(numchild=children)


def _record(target: Page, source: TranslationSource, made_by: str) -> None:
    original = Page.objects.filter(translation_key=source.object_id, locale_id=source.locale_id).first()
    TranslationRecord.objects.update_or_create(
        page_id=target.pk,
        defaults={
            "source_revision_id": original.live_revision_id if original else None,
            "made_by": made_by[:80],
            "checked_by": None,
            "checked_at": None,
        },
    )
