"""What every page of the portal has: a teaser, findable words, a source it was translated from, and kind fallback.

An untranslated page is not copied into the other language. The address `/ti/housing/` is answered with the best
page there is (fallback chain of `portal.languages`), in the frame of the reader's language, with the foreign text
marked by its own `lang` and `dir` (docs/decisions/002). So no page ever claims to be Arabic and is German.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale, Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from portal.languages import SOURCE, Language, fallback_chain, language
from portal.search_terms import terms_of

# Wagtail's own fields that follow the source, so that an address is the same in all languages.
SYNCHRONISED = [SynchronizedField("slug", overridable=False), SynchronizedField("show_in_menus", overridable=False)]


class BasePage(Page):
    """Ancestor of all page types. Not a swapped base model: wagtail-localize cannot work with one."""

    teaser = models.TextField(_("teaser"), blank=True, max_length=240, help_text=_("Who and what, in one sentence."))

    content_panels = [*Page.content_panels, FieldPanel("teaser")]
    search_fields = [*Page.search_fields, index.SearchField("search_terms")]
    override_translatable_fields = [
        *SYNCHRONISED,
        TranslatableField("seo_title"),
        TranslatableField("search_description"),
    ]

    class Meta:
        abstract = True

    @property
    def content_language(self) -> Language:
        """The language the text of this page is written in, also for an alias of another page."""
        locale_id = self.alias_of.locale_id if self.alias_of_id else self.locale_id
        return language(code_of(locale_id))

    @cached_property
    def source(self) -> Any:
        """The German page this one was translated from, or itself. Facts are read there (handbook: design §3)."""
        source_locale = locale_id_of(SOURCE)
        if self.locale_id == source_locale:
            return self
        return type(self).objects.filter(translation_key=self.translation_key, locale_id=source_locale).first() or self

    def findable_text(self) -> list[str]:
        """The words people may search for; page types add theirs."""
        return [self.title, self.teaser]

    def search_terms(self) -> str:
        """Normalised words for the search index, in the language of the text."""
        return terms_of(self.findable_text(), self.content_language.code)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context.update(content_frame(self.content_language), translations=live_translations(self))
        return context


class RootPage(BasePage):
    """The root of one language's tree, which finds the best page where a translation is missing."""

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer with the reader's language if it has the page, else with the next language of its chain.

        Slugs are equal in all languages, so one query finds the page and all it could fall back to.
        """
        homes = self._homes(fallback_chain(get_language()))
        paths = {home.pk: _prefixes(home.url_path, path_components) for home in homes}
        wanted = [path for prefixes in paths.values() for path in prefixes]
        found = {page.url_path: page for page in Page.objects.filter(url_path__in=wanted, live=True, alias_of=None)}
        for home in homes:
            depth, page = _deepest(paths[home.pk], found)
            if page is None:
                continue
            try:
                return (
                    page.specific.route(request, path_components[depth:])
                    if depth
                    else Page.route(home, request, path_components)
                )
            except Http404:
                continue
        raise Http404

    def _homes(self, codes: list[str]) -> list[Any]:
        wanted = [locale_id_of(code) for code in codes]
        homes = {
            page.locale_id: page
            for page in type(self).objects.filter(translation_key=self.translation_key, locale_id__in=wanted, live=True)
        }
        return [homes[pk] for pk in wanted if pk in homes]


def _prefixes(root: str, components: list[str]) -> list[str]:
    """The address of the root, of its child named first, and so on down to the whole address."""
    return ["/".join([root.rstrip("/"), *components[:depth], ""]) for depth in range(len(components) + 1)]


def _deepest(paths: list[str], found: dict[str, Page]) -> tuple[int, Page | None]:
    """How far down an address there is a page, and that page."""
    for depth in range(len(paths) - 1, -1, -1):
        if paths[depth] in found:
            return depth, found[paths[depth]]
    return 0, None


def content_frame(content: Language) -> dict[str, Any]:
    """Template variables that say whether the text falls back to another language than the frame.

    `content_attrs` goes, unescaped, into every element that holds editorial text: empty or ` lang="de" dir="ltr"`.
    """
    from django.utils.html import format_html

    falls_back = content.code != (get_language() or SOURCE)
    attrs = format_html(' lang="{}" dir="{}"', content.code, content.direction) if falls_back else ""
    return {"content_language": content, "falls_back": falls_back, "content_attrs": attrs}


def live_translations(page: Page) -> list[str]:
    """The tags of the languages in which this page is live with a text of its own, in the portal's order."""
    from portal.languages import LANGUAGES

    known: list[str] | None = getattr(page, "known_translations", None)
    if known is not None:  # whoever found the page has seen its siblings already
        return known
    ids = set(
        Page.objects.filter(translation_key=page.translation_key, live=True, alias_of=None).values_list(
            "locale_id", flat=True
        )
    )
    return [entry.code for entry in LANGUAGES if locale_id_of(entry.code) in ids]


def path_in(page: Page, code: str) -> str:
    """The address of a page in a language's frame, whether or not it is translated. No query: slugs are equal."""
    parts = page.url_path.strip("/").split("/")[1:]
    return "/".join(["", code, *parts, ""]) if parts else f"/{code}/"


def locale_id_of(code: str) -> int:
    """Primary key of the Wagtail locale with this tag; -1 where it does not exist."""
    if code not in _known_locales:
        _read_locales()
    return _known_locales.get(code, -1)


def code_of(locale_id: int) -> str:
    """Tag of the Wagtail locale with this primary key."""
    if locale_id not in _known_locales.values():
        _read_locales()
    return next((code for code, pk in _known_locales.items() if pk == locale_id), SOURCE)


_known_locales: dict[str, int] = {}


def _read_locales() -> None:
    _known_locales.clear()
    _known_locales.update(Locale.objects.values_list("language_code", "pk"))


def forget_locales(**kwargs: Any) -> None:
    """Locales are added once in a year; whoever saves one empties this memory (signal in portal.apps)."""
    _known_locales.clear()
