"""What can be done with forms as editors build them: publish.

Whoever may publish the page publishes the form: Wagtail has asked for that right, on every way that leads here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from portal.models import District
from services.intake import builder_checks as checks
from services.intake.actions import publish
from services.intake.builder import source_of
from services.intake.builder_refusals import refusal
from services.intake.builder_words import Words, unmarked
from services.intake.compiler import compile_form
from services.intake.models import FormVersion, IntakeFormPage
from services.intake.reach import FormError

_HELD: ContextVar[bool] = ContextVar("held", default=False)


@contextmanager
def held() -> Iterator[None]:
    """Within this, saved pages publish nothing: for loaders, which publish once at the end instead of per language."""
    token = _HELD.set(True)
    try:
        yield
    finally:
        _HELD.reset(token)


@transaction.atomic
def publish_form(*, page: IntakeFormPage) -> FormVersion:
    """Make the German page with all its live translations the current version of its form.

    The same content again is no new version; running drafts keep theirs. Raises `FormRefused`, which names the place.
    """
    try:
        district = district_of(page)
        document = compiled(page, district)
    except FormError as error:
        raise refusal(page, error) from error
    before = FormVersion.objects.of(district).current(page.key)
    version = publish(district=district, key=page.key, document=document)
    if before is None or version.pk != before.pk:
        data = {"number": version.number, "languages": document["languages"]}
        log(instance=page, action="intake.form.published", data=data)
    return version


def compiled(page: IntakeFormPage, district: District) -> dict[str, Any]:
    """The document of a German page in all languages that are live. Raises `FormError`."""
    checks.check_blocks(page)
    words = Words(page)
    source = source_of(page, words.say)
    document: dict[str, Any] = unmarked(compile_form(source, words.tables()))
    checks.check_offices(document, district)
    checks.check_history(document, district)
    return document


def draft_problem(*, page: IntakeFormPage, parent: Any) -> FormError | None:
    """Why a page that is being edited cannot be published below this list; None if it can."""
    try:
        district = district_of(parent)
        other = IntakeFormPage.objects.filter(key=page.key, locale_id=parent.locale_id).exclude(pk=page.pk)
        if other.child_of(parent).exists() or page.key == PRODUCTS_OWN:
            raise FormError(f"form {page.key}, key", "this key is used twice")
        published = IntakeFormPage.objects.filter(pk=page.pk, live=True).first()
        if published is not None:
            checks.check_keys(page, published)
        compiled(page, district)
    except FormError as error:
        return error
    return None


PRODUCTS_OWN = "page-feedback"
"""Key of the form that belongs to the product itself (services.intake.feedback)."""


def follow_page(*, page: IntakeFormPage) -> None:
    """Publish the form of a page that was just saved, if readers see it or did so until now.

    A page without steps has its form from elsewhere, or none yet.
    """
    if _HELD.get() or page.alias_of_id:
        return
    source = page if page.is_source else page.source
    if not (source.live and source.steps):
        return
    if not page.is_source and not page.live and not _was_live(page, source):
        return
    publish_form(page=source)


def _was_live(page: IntakeFormPage, source: IntakeFormPage) -> bool:
    current = FormVersion.objects.of(district_of(source)).filter(key=source.key).order_by("-number").first()
    return current is not None and page.locale.language_code in current.document["title"]


def district_of(page: Any) -> District:
    """The district whose site holds a page. Raises `FormError` for a page outside of all sites."""
    district = District.objects.filter(site=page.get_site()).first()
    if district is None:
        raise FormError("form", "this page belongs to no district")
    return district
