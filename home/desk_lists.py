"""The lists behind the numbers of the desk that have no page of their own elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from home.desk_sentences import (
    meetings_ahead,
    minutes_to_do,
    outdated_translations,
    stale_pages,
    unwritten,
)
from network.members.coverage import covered
from network.members.models import Member
from portal.languages import language
from portal.models import District
from services.directory.models import Municipality


@dataclass(frozen=True)
class Row:
    """One thing to look at: what it is, what is to be known, where it is worked on."""

    title: str
    address: str
    notes: list[str]


@dataclass(frozen=True)
class DeskList:
    """A list: its title, what stands in it (a QuerySet or list), and how one of them becomes a row."""

    title: str | Promise
    rows: Callable[[District, datetime], Any]
    row: Callable[[Any], Row]


def meeting_row(meeting: Any) -> Row:
    """What is missing before a meeting, and who answered."""
    notes = [_day(meeting.day)]
    if not meeting.agenda_points:
        notes.append(_("No agenda yet"))
    if meeting.open_proposals:
        text = ngettext("{count} proposal to decide", "{count} proposals to decide", meeting.open_proposals)
        notes.append(text.format(count=meeting.open_proposals))
    if not meeting.invited:
        notes.append(_("Nobody is invited yet"))
    else:
        notes.append(_("{coming} of {invited} come").format(coming=meeting.coming, invited=meeting.invited))
        notes.append(_("{count} without an answer").format(count=meeting.silent))
    if meeting.waiting:
        notes.append(_("{count} on the waiting list").format(count=meeting.waiting))
    return Row(meeting.title, reverse("network_meetings:inspect", args=[meeting.pk]), notes)


def minutes_row(minutes: Any) -> Row:
    """How far minutes are."""
    notes = [_day(minutes.meeting.day), str(minutes.get_status_display())]
    if minutes.object_until:
        notes.append(_("objections until {day}").format(day=_day(minutes.object_until)))
    if minutes.open_objections:
        text = ngettext(
            "{count} objection without an answer", "{count} objections without an answer", minutes.open_objections
        )
        notes.append(text.format(count=minutes.open_objections))
    return Row(minutes.meeting.title, reverse("network_minutes_desk", args=[minutes.meeting_id]), notes)


def _unwritten_row(meeting: Any) -> Row:
    return Row(meeting.title, reverse("network_minutes_desk", args=[meeting.pk]), [_day(meeting.day)])


def _page_row(page: Any) -> Row:
    return Row(page.title, page.url or "", [_("had to be checked by {day}").format(day=_day(page.review_by))])


def _translation_row(record: Any) -> Row:
    page = record.page
    known = language(page.locale.language_code)
    return Row(page.title, page.url or "", [known.endonym, _("made on {day}").format(day=_day(record.made_at))])


def _member_row(member: Any) -> Row:
    notes = [str(member.organisation), _("not confirmed since {day}").format(day=_day(member.unconfirmed_at))]
    return Row(member.name, reverse("network_members:inspect", args=[member.pk]), notes)


def _town_row(town: Any) -> Row:
    away = ", ".join(member.name for member in town.away)
    notes = [_("Away: {names}").format(names=away)] if away else [_("Nobody of the network looks after this town.")]
    return Row(town.town.name, f"{reverse('members')}?town={town.town.ags}", notes)


def _towns(district: District, at: datetime) -> Iterable[Any]:
    rows = covered(district, Municipality.objects.of(district), timezone.localdate(at))
    return [row for row in rows if row.nobody and not row.hidden]


def _day(when: Any) -> str:
    return date_format(timezone.localtime(when) if isinstance(when, datetime) else when, "SHORT_DATE_FORMAT")


LISTS: dict[str, DeskList] = {
    "meetings": DeskList(gettext_lazy("Meetings to prepare"), meetings_ahead, meeting_row),
    "minutes": DeskList(gettext_lazy("Minutes to approve"), lambda district, at: minutes_to_do(district), minutes_row),
    "unwritten": DeskList(gettext_lazy("Meetings without minutes"), unwritten, _unwritten_row),
    "stale": DeskList(
        gettext_lazy("Pages that had to be checked"),
        lambda district, at: stale_pages(district, timezone.localdate(at)),
        _page_row,
    ),
    "outdated": DeskList(
        gettext_lazy("Translations older than the German page"),
        lambda district, at: outdated_translations(district).select_related("page__locale"),
        _translation_row,
    ),
    "unconfirmed": DeskList(
        gettext_lazy("Members who have not confirmed"),
        lambda district, at: Member.objects.of(district).unconfirmed().select_related("organisation"),
        _member_row,
    ),
    "towns": DeskList(gettext_lazy("Towns where nobody is there today"), _towns, _town_row),
}
"""By the last part of their address."""
