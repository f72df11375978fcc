"""Times, dates and distances as sentences in the reader's language. Never a dash between two times: a reader of
Arabic would read it backwards (handbook: look §1.6, rule 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from html import unescape
from typing import Any

from babel.lists import format_list
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.languages import language
from portal.templatetags.portal_tags import clock, long_date, short_date, weekday_name


def span(start: Any, end: Any) -> SafeString:
    """Two things and all between: "18:00 to 20:30"."""
    return format_html(_("{start} to {end}"), start=start, end=end)


def hours(start: time, end: time) -> SafeString:
    """Two times of day."""
    return span(clock(start), clock(end))


def days(first: date | None, last: date | None) -> SafeString:
    """The time a run takes, as far as it is known."""
    if first and last:
        return span(_date(first), _date(last))
    if first:
        return format_html(_("from {day}"), day=_date(first))
    return format_html("{}", _("not fixed yet"))


def until(last: date) -> SafeString:
    """A last day."""
    return format_html(_("until {day}"), day=_date(last))


def when(lesson: Any) -> SafeString:
    """Day and time of a lesson."""
    day = format_html("<bdi>{}</bdi>", long_date(lesson.day))
    return format_html(_("{day}, {hours}"), day=day, hours=hours(lesson.starts, lesson.ends))


def moment(value: datetime) -> SafeString:
    """Day and time of a moment."""
    local = timezone.localtime(value)
    return format_html(_("{day}, {hours}"), day=format_html("<bdi>{}</bdi>", long_date(local)), hours=clock(local))


def weekly(rules: Iterable[Any]) -> list[SafeString]:
    """The weekly pattern of a run, one sentence per rule."""
    sentences = []
    for rule in rules:
        names = format_list([weekday_name(day) for day in rule.weekdays], style="standard", locale=_cldr())
        pattern = _("{weekdays}, {hours}") if rule.every_weeks == 1 else _("{weekdays}, {hours}, every {number} weeks")
        sentences.append(
            format_html(pattern, weekdays=names, hours=hours(rule.starts, rule.ends), number=rule.every_weeks)
        )
    return sentences


def age(updated: datetime, at: datetime) -> str:
    """How old a piece of information is."""
    number = max((timezone.localdate(at) - timezone.localdate(updated)).days, 0)
    if number == 0:
        return _("updated today")
    return ngettext("updated {number} day ago", "updated {number} days ago", number).format(number=number)


def distance(km: float, place: str) -> SafeString:
    """How far it is from a place, rounded up to whole kilometres, because it is counted between centres."""
    number = max(int(km + 0.999), 1)
    return format_html(_("about {km} km from {place}"), km=number, place=format_html('<bdi lang="de">{}</bdi>', place))


def plain(text: Any) -> str:
    """A text without markup, for everything that is no page."""
    return unescape(strip_tags(str(text)))


def listed(words: Iterable[Any]) -> str:
    """Words as a list of the reader's language."""
    return format_list([str(word) for word in words], style="standard", locale=_cldr())


def _date(value: date) -> SafeString:
    return format_html("<bdi>{}</bdi>", short_date(value))


def _cldr() -> str:
    return language(get_language()).cldr
