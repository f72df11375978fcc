"""Words for contact points: opening hours by weekday, coming exceptions, languages in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from babel import Locale
from django import template
from django.utils import timezone
from django.utils.translation import get_language

from portal.languages import is_known, language

if TYPE_CHECKING:
    from services.directory.models import ContactPoint, OpeningException

DAYS_AHEAD = 30
"""How many days before an exception readers are told about it."""

register = template.Library()


@register.filter
def opening_week(point: ContactPoint) -> list[tuple[int, list[Any]]]:
    """Opening hours by weekday; costs no query after `ContactPoint.objects.with_hours()`."""
    hours = sorted(point.opening_hours.all(), key=lambda row: (row.weekday, row.opens))
    return [(weekday, list(rows)) for weekday, rows in groupby(hours, key=lambda row: row.weekday)]


@register.filter
def coming_exceptions(point: ContactPoint, day: date | None = None) -> list[OpeningException]:
    """Exceptions within the next 30 days; costs no query after `with_hours()`."""
    first = day or timezone.localdate()
    last = first + timedelta(days=DAYS_AHEAD)
    return sorted((row for row in point.opening_exceptions.all() if first <= row.day <= last), key=lambda row: row.day)


@register.filter
def language_names(codes: list[str]) -> list[dict[str, str]]:
    """Names of languages in the reader's language; where CLDR has none, the language's own name with its tag."""
    reader = Locale.parse(language(get_language()).cldr)
    names = []
    for code in codes:
        tag = language(code).cldr if is_known(code) and code != "en" else code
        name = reader.languages.get(tag) or reader.languages.get(code)
        own = language(code) if is_known(code) else None
        if name:
            names.append({"name": name, "lang": "", "dir": ""})
        elif own:
            names.append({"name": own.endonym, "lang": own.code, "dir": own.direction})
        else:
            names.append({"name": code, "lang": "", "dir": "ltr"})
    return names
