"""The words of a form's translations, each with the German sentence it belongs to.

A language counts once its page is live. A sentence of that page is used as long as it translates what stands in German
at its place today; whatever a translator has typed but not published stays out. So a changed German sentence falls back
to German instead of meeting an older translation (docs/decisions/006).
"""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from typing import Any

from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, TranslatableObject
from wagtail_localize.segments.extract import extract_segments

from portal.languages import SOURCE
from services.intake.page_models import IntakeFormPage

MARK = "\x1f"
"""Between a German sentence and the number of its place: the same sentence may have two translations."""


def live_languages(page: IntakeFormPage) -> dict[str, IntakeFormPage]:
    """The live translations of a German page by language, without aliases."""
    pages = IntakeFormPage.objects.filter(translation_key=page.translation_key, live=True, alias_of=None)
    codes = dict(Locale.objects.values_list("pk", "language_code"))
    return {codes[found.locale_id]: found for found in pages if codes[found.locale_id] != SOURCE}


class Words:
    """Collects the sentences of a form while it is read, and gives their translations as tables for the compiler."""

    def __init__(self, page: IntakeFormPage) -> None:
        self.page = page
        self.places: list[tuple[Any, str, str]] = []

    def say(self, owner: Any, path: str, text: str) -> str:
        """The German sentence with the number of its place, which `unmarked` takes away again."""
        if not text:
            return text
        self.places.append((owner, path, text))
        return f"{text.strip()}{MARK}{len(self.places) - 1}"

    def tables(self) -> dict[str, dict[str, str]]:
        """For each language of a live translation: marked German sentence → its translation, as far as there is one."""
        owners = {id(owner): owner for owner, _path, _text in self.places}
        found: dict[str, dict[str, str]] = {code: {} for code in live_languages(self.page)}
        for owner in owners.values():
            known = published(owner, found)
            for number, (of, path, text) in enumerate(self.places):
                if of is not owner:
                    continue
                for code, words in known.items():
                    if (path, text) in words:
                        found[code][f"{text.strip()}{MARK}{number}"] = words[path, text]
        return found


def unmarked(part: Any) -> Any:
    """A document whose German sentences have lost the number of their place."""
    if isinstance(part, dict):
        return {name: unmarked(value) for name, value in part.items()}
    if isinstance(part, list):
        return [unmarked(value) for value in part]
    return part.partition(MARK)[0] if isinstance(part, str) else part


def remembered(owner: Any) -> dict[str, dict[tuple[str, str], str]]:
    """All translations of a page or block by language: (content path, German sentence) → sentence. Drafts, too."""
    kept = TranslatableObject.objects.filter(translation_key=owner.translation_key)
    rows = StringTranslation.objects.filter(context__object__in=kept, has_error=False).values_list(
        "locale__language_code", "context__path", "translation_of__data", "data"
    )
    found: dict[str, dict[tuple[str, str], str]] = {}
    for code, path, german, text in rows:
        found.setdefault(code, {})[path, plain(german)] = plain(text)
    return found


def published(owner: Any, codes: Iterable[str]) -> dict[str, dict[tuple[str, str], str]]:
    """As `remembered`, but with the sentences readers see, and without those of an older German text."""
    memory, found = remembered(owner), {}
    for code in codes:
        kept, live = memory.get(code, {}), _live_sentences(owner, code)
        elsewhere: dict[str, set[str]] = {}
        for (path, german), text in kept.items():
            elsewhere.setdefault(f"{path}{MARK}{text}", set()).add(german)
        found[code] = {
            (path, german): live[path]
            for (path, german), text in kept.items()
            if live.get(path) and (live[path] == text or not elsewhere.get(f"{path}{MARK}{live[path]}"))
        }
    return found


def _live_sentences(owner: Any, code: str) -> dict[str, str]:
    """Content path → sentence of the live translation of a page or block; empty where there is none."""
    rows = type(owner).objects.filter(translation_key=owner.translation_key, locale__language_code=code)
    if isinstance(owner, IntakeFormPage):
        rows = rows.filter(live=True, alias_of=None)
    translated = rows.first()
    if translated is None:
        return {}
    return {
        segment.path: plain(segment.string.data)
        for segment in extract_segments(translated)
        if hasattr(segment, "string") and segment.string
    }


def plain(data: str) -> str:
    """A sentence of the translation memory as the text it stands for."""
    return unescape(data.replace("<br/>", "\n").replace("<br>", "\n"))
