"""The words of a form in the reader's language; where a sentence is missing, another language, visibly marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.languages import SOURCE, fallback_chain, language

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def choose(words: Mapping[str, str], code: str) -> tuple[str, str]:
    """The sentence for a reader of `code` and the tag of the language it is in; two empty texts if there is none."""
    for candidate in fallback_chain(code):
        if words.get(candidate):
            return words[candidate], candidate
    return "", ""


def plain(words: Mapping[str, str], code: str) -> str:
    """The sentence as text, for titles and error messages."""
    return choose(words, code)[0].replace("**", "")


def spoken(words: Mapping[str, str], code: str, **values: str) -> SafeString:
    """The sentence as HTML. `{name}` becomes the value, isolated and German; two asterisks make bold.

    House rule: in a translation bold is for the German word people will find on letters, so it keeps its language.
    """
    text, found = choose(words, code)
    html: str = escape(text)
    bold = r"<b>\1</b>" if found == SOURCE else rf'<b lang="{SOURCE}" dir="ltr">\1</b>'
    html = _BOLD.sub(bold, html)
    for name, value in values.items():
        html = html.replace(f"{{{name}}}", format_html('<bdi lang="{}">{}</bdi>', SOURCE, value))
    if found and found != code:
        return format_html('<span lang="{}" dir="{}">{}</span>', found, language(found).direction, mark_safe(html))  # noqa: S308 - escaped above
    return mark_safe(html)  # noqa: S308 - escaped above


def speaks(document: Mapping[str, Any], code: str) -> str:
    """The language most of a form is read in by a reader of `code`: theirs if complete, else the next of its chain."""
    return next((found for found in fallback_chain(code) if found in document["languages"]), SOURCE)


def both(words: Mapping[str, str], code: str) -> dict[str, str]:
    """What a case keeps of a sentence: German for staff and the words the person really read."""
    text, found = choose(words, code)
    return {SOURCE: words[SOURCE], found: text} if found else {}
