"""Template tags of the frame; available in every template without loading."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel import dates as cldr
from django import template
from django.conf import settings
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from portal.icons import ICONS
from portal.languages import LANGUAGES, SOURCE, Language, language
from portal.pages import path_in

register = template.Library()


@register.simple_tag
def page_path(page: Page) -> str:
    """Address of a page in the reader's language, translated or not."""
    return path_in(page, translation.get_language() or SOURCE)


@register.simple_tag(takes_context=True)
def same_page_in(context: dict[str, Any], code: str) -> str:
    """Address of the page being read, in another language."""
    request = context.get("request")
    path = context.get("same_page") or (request.path if request else "/")
    parts = path.split("/", 2)
    rest = parts[2] if len(parts) > 2 and language(parts[1]).code == parts[1] else ""
    return f"/{code}/{rest}"


@register.filter
def after_home(url_path: str) -> str:
    """The part of a page's path behind its start page, the same in all languages."""
    return "/".join([*url_path.strip("/").split("/")[1:], ""]).lstrip("/")


@register.filter
def direction(code: str) -> str:
    """`rtl` or `ltr` for a language tag."""
    return language(code).direction


@register.simple_tag
def all_languages() -> tuple[Language, ...]:
    """The table of languages, for the language page and for `hreflang`."""
    return LANGUAGES


@register.filter
def language_of(code: str) -> Language:
    """The language with this tag."""
    return language(code)


def _cldr() -> str:
    return language(translation.get_language()).cldr


@register.filter
def long_date(value: date | None) -> str:
    """Date with weekday and month in the reader's language (CLDR), Western digits."""
    return cldr.format_date(_local_date(value), "full", locale=_cldr_latin()) if value else ""


@register.filter
def short_date(value: date | None) -> str:
    """Date with the month in words."""
    return cldr.format_date(_local_date(value), "long", locale=_cldr_latin()) if value else ""


@register.filter
def month_name(value: date) -> str:
    """Month and year in words."""
    return cldr.format_skeleton("yMMMM", _local_date(value), locale=_cldr_latin())


@register.filter
def weekday_name(number: int) -> str:
    """Name of a weekday, 0 is Monday."""
    return str(cldr.get_day_names("wide", locale=_cldr())[number])


@register.filter
def clock(value: Any) -> SafeString:
    """A time of day, 24 hours, always left to right."""
    moment = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return format_html('<bdi dir="ltr">{}</bdi>', moment.strftime("%H:%M")) if moment else mark_safe("")


def _local_date(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _cldr_latin() -> str:
    # German papers use Western digits and the Gregorian calendar; Babel does so by default for all our locales.
    return _cldr()


@register.filter
def terms(html: Any) -> SafeString:
    """Editorial rich text for display: bold marks official German words, which keep their language.

    House rule for editors: in a translation, bold is for the German word people will find on letters.
    """
    from wagtail.rich_text import expand_db_html

    text = expand_db_html(html.source if hasattr(html, "source") else str(html or ""))
    if translation.get_language() != SOURCE:
        text = text.replace("<b>", '<b lang="de" dir="ltr">')
    return mark_safe(text)  # noqa: S308 - expand_db_html's output was cleaned when it was saved


@register.filter
def phone_uri(number: str) -> str:
    """`tel:` address of a German telephone number (RFC 3966); emergency numbers stay as they are."""
    import phonenumbers

    digits = "".join(char for char in number if char.isdigit() or char == "+")
    if len(digits) <= 6:
        return f"tel:{digits}"
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, "DE"), phonenumbers.PhoneNumberFormat.RFC3966)
    except phonenumbers.NumberParseException:
        return f"tel:{digits}"


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The current query string with some values changed; an empty value removes the key."""
    query: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def url_or_nothing(name: str, *args: Any, **kwargs: Any) -> str:
    """Address of a view, or nothing where this role of the product does not have it."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag
def topic_icon(name: str) -> SafeString:
    """The drawing of a topic, decorative, in the colour of the text."""
    drawing = ICONS.get(name, ICONS["letter"])
    markup = mark_safe(drawing)  # noqa: S308 - ours
    return format_html(
        '<svg class="icon" width="28" height="28" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', markup
    )


@register.simple_tag
def should_not_happen(message: str) -> str:
    """A component was used without what it needs: an error for us, silence for the reader."""
    if settings.DEBUG or settings.SETTINGS_MODULE.endswith("test"):
        raise ValueError(message)
    return ""


@register.simple_tag
def qr_code(text: str) -> SafeString:
    """A QR code as inline SVG, black on white in every colour scheme, so that every camera reads it.

    Silent for screen readers: put the same address, or what it leads to, into words beside it.
    """
    import segno

    code = segno.make(text, error="m")
    svg = code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S308 - made by segno from modules only
