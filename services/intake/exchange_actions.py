"""Taking in a form from a file: as a draft, never published; with its blocks and the translations that came along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale
from wagtail_localize.models import String, StringTranslation, TranslatableObject, TranslationContext
from wagtail_localize.strings import StringValue

from portal.errors import require
from portal.languages import SOURCE
from portal.pages import locale_id_of
from services.intake.builder import source_of
from services.intake.builder_content import block_content, content_of, ids_of
from services.intake.builder_permissions import can_build_forms
from services.intake.builder_refusals import problem_in_words
from services.intake.compiler import compile_form
from services.intake.exchange import FileRefused, places_of, read_block, read_file
from services.intake.models import FormBlock, FormIndexPage, IntakeFormPage
from services.intake.reach import FormError
from services.intake.sharing import resolve


@transaction.atomic
def import_form(*, user: Any, index: FormIndexPage, data: bytes) -> IntakeFormPage:
    """Make a file a draft below a list of forms: of the form with its key, or of a new one.

    What readers see does not change. Raises `NotAllowed` and `FileRefused`, which says what is wrong and where.
    """
    require(can_build_forms(user, index))
    content = read_file(data)
    form, blocks = content["form"], content.get("blocks", {})
    try:
        compile_form(resolve(form, blocks), {})
        for key, block in blocks.items():
            _take_block(key, block)
        page = _take_page(user, index, form)
    except FormError as error:
        raise FileRefused(
            _("The form in the file is not right. {place}: {problem}").format(
                place=error.place, problem=problem_in_words(error.problem)
            )
        ) from error
    for code, pairs in content.get("translations", {}).items():
        _remember(page, code, pairs, places_of(page, lambda say: source_of(page, say, shared=True)))
    log(instance=page, action="intake.form.imported", user=user, data={"key": page.key})
    return page


def _take_block(key: str, source: Mapping[str, Any]) -> None:
    """Make a reusable block, or use the one that is here if it says the same."""
    block = FormBlock.objects.filter(key=key, locale_id=locale_id_of(SOURCE)).first()
    if block is not None:
        if read_block(block) != {name: source[name] for name in ("questions", "sentences") if source.get(name)}:
            raise FileRefused(
                _(
                    "The reusable block “{key}” is here already with other questions. Change its key in the file."
                ).format(key=key)
            )
        return
    values = {name: _cleaned(FormBlock._meta.get_field(name), raw) for name, raw in block_content(source, key).items()}
    block = FormBlock(key=key, name=source["name"], locale_id=locale_id_of(SOURCE), **values)
    _check(block)
    block.save()
    for code, pairs in source.get("translations", {}).items():
        _remember(block, code, pairs, places_of(block, lambda say: read_block(block, say)))


def _take_page(user: Any, index: FormIndexPage, form: Mapping[str, Any]) -> IntakeFormPage:
    found = IntakeFormPage.objects.child_of(index).filter(key=form["key"]).first()
    if found is not None:
        require(found.permissions_for_user(user).can_edit() and not found.permissions_for_user(user).page_locked())
    page = found.get_latest_revision_as_object() if found else IntakeFormPage(locale=index.locale, live=False)
    known = ids_of(page) if found else {}
    for name, value in content_of(form, _block_pk, known).items():
        field = page._meta.get_field(name)
        setattr(page, name, _cleaned(field, value) if isinstance(value, list) else value)
    if found is None:
        page.slug, page.owner = slugify(page.key), user
        _check(page, index)
        index.add_child(instance=page)
    else:
        _check(page)
        if not found.live:
            page.save()
    page.save_revision(user=user, log_action=True)
    return page


def _block_pk(key: str) -> int:
    pk = FormBlock.objects.filter(key=key, locale_id=locale_id_of(SOURCE)).values_list("pk", flat=True).first()
    if pk is None:
        raise FormError("form", f"there is no block “{key}”")
    return pk


def _cleaned(field: Any, raw: list[dict[str, Any]]) -> Any:
    """Raw data as the editor's own checks leave it: lengths, numbers, choices."""
    try:
        return field.stream_block.clean(field.stream_block.to_python(raw))
    except ValidationError as problem:
        sentence = _("The form in the file is not right. {place}: {problem}")
        raise FileRefused(sentence.format(place=field.verbose_name, problem=_first(problem))) from problem


def _check(thing: Any, index: FormIndexPage | None = None) -> None:
    left_out = {"path", "depth", "numchild", "url_path", "slug", "content_type", "locale", "owner", "translation_key"}
    try:
        thing.clean_fields(exclude=left_out)
    except ValidationError as problem:
        name, texts = next(iter(problem.message_dict.items()))
        sentence = _("The form in the file is not right. {place}: {problem}")
        raise FileRefused(sentence.format(place=name, problem=texts[0])) from problem
    if index is not None and index.get_children().filter(slug=thing.slug).exists():
        raise FileRefused(_("A page with the address “{slug}” is here already.").format(slug=thing.slug))


def _first(problem: Any) -> str:
    """The innermost message of a block's error, with nothing but words."""
    while True:
        inner = getattr(problem, "block_errors", None) or {}
        if outer := list(getattr(problem, "non_block_errors", [])):
            return str(outer[0])
        if not inner:
            return " ".join(str(text) for text in getattr(problem, "messages", [problem]))
        problem = next(iter(inner.values())) if isinstance(inner, dict) else next(entry for entry in inner if entry)


def _remember(owner: Any, code: str, pairs: list[list[str | None]], places: list[tuple[str, str]]) -> None:
    """Put translations into the translators' memory."""
    if [german for german, _text in pairs] != [text for _path, text in places]:
        raise FileRefused(_("The translations of the file do not belong to its form: {language}").format(language=code))
    kept, _created = TranslatableObject.objects.get_or_create_from_instance(owner)
    locale, source = Locale.objects.get(language_code=code), Locale.objects.get(language_code=SOURCE)
    for (path, german), (_german, text) in zip(places, pairs, strict=True):
        if text is None:
            continue
        context, _created = TranslationContext.objects.get_or_create(object=kept, path=path)
        StringTranslation.objects.update_or_create(
            translation_of=String.from_value(source, StringValue.from_plaintext(german)),
            locale=locale,
            context=context,
            defaults={
                "data": StringValue.from_plaintext(text).data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                "tool_name": "file",
                "has_error": False,
            },
        )
