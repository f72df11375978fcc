"""What the product itself writes to a person, in their language with the German text beside it for colleagues.

German facts inside (names, streets) are isolated, so that they do not turn around in a line from right to left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.languages import SOURCE
from portal.templatetags.portal_tags import long_date
from services.inbox.statuses import AppointmentMode, MissingItem, TransferReason

if TYPE_CHECKING:
    from services.directory.models import ContactPoint, Office

START, END = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode UAX 9)."""

Words = tuple[str, str]
"""A text in the person's language, and in German."""


def in_both(language: str, build: Callable[[], str]) -> Words:
    """What `build` says in the person's language, and in German."""
    with translation.override(language):
        theirs = build()
    with translation.override(SOURCE):
        return theirs, build()


def isolated(text: str) -> str:
    """A fact that keeps its own direction inside any text."""
    return f"{START}{text}{END}"


def moved(language: str, office: Office, reason: str) -> Words:
    """Another office goes on; why, unless that concerns a colleague."""

    def build() -> str:
        lines = [_("Another office goes on with your request: {office}").format(office=isolated(office.name))]
        if reason != TransferReason.BIAS:
            lines.append(_("Reason: {reason}").format(reason=TransferReason(reason).label))
        lines.append(_("It answers you on this page. Your number and your secret stay the same."))
        lines.append(_("The office that had your request can no longer read it."))
        return "\n".join(lines)

    return in_both(language, build)


def missing(language: str, labels: Sequence[tuple[str, str]], items: Sequence[str], own: str) -> Words:
    """What we still need: questions of the form as (theirs, German), items of our list, and the colleague's words."""

    def build() -> str:
        theirs = translation.get_language() != SOURCE
        asked = [label if theirs else german for label, german in labels]
        asked += [str(MissingItem(item).label) for item in items]
        lines = [_("We still need something so that we can help you. Please write to us below:")]
        lines += [f"• {isolated(text)}" for text in asked]
        return "\n".join([*lines, *([isolated(own)] if own else [])])

    return in_both(language, build)


def appointment(language: str, starts_at: datetime, mode: str, place: str) -> Words:
    """When and where we meet."""

    def build() -> str:
        lines = [_("You have an appointment."), _when(starts_at), str(AppointmentMode(mode).label)]
        if place:
            lines.append(isolated(place))
        return "\n".join([*lines, _("You cannot come? Please write to us below.")])

    return in_both(language, build)


def cancelled(language: str, starts_at: datetime) -> Words:
    """The appointment does not take place."""
    return in_both(language, lambda: "\n".join([_("This appointment does not take place:"), _when(starts_at)]))


def referred(language: str, point: ContactPoint) -> Words:
    """Another body helps; we tell it nothing."""

    def build() -> str:
        lines = [_("This body can help you better:"), isolated(point.name)]
        if point.office.name != point.name:
            lines.append(isolated(point.office.name))
        if not point.is_address_secret and point.street:
            lines.append(isolated(f"{point.street}, {point.postcode} {point.town}".strip()))
        lines += [isolated(fact) for fact in (point.phone, point.email, point.website) if fact]
        lines.append(_("You decide whether you go there. We have told this body nothing about you."))
        return "\n".join(lines)

    return in_both(language, build)


def _when(starts_at: datetime) -> str:
    day, clock = long_date(starts_at), timezone.localtime(starts_at).strftime("%H:%M")
    return _("{day}, at {time}").format(day=isolated(day), time=isolated(clock))
