"""A meeting that has taken place, with agenda, people and minutes as far as a test needs them."""

from __future__ import annotations

from typing import Any

from network.meetings.models import AgendaItem, Meeting
from network.minutes import actions
from network.minutes.models import ActionItem, Minutes, MinutesEntry
from tests.cast import Cast
from tests.network import factories


def held(cast: Cast, title: str = "Treffen im Herbst", *, days_ago: int = 3, **more: Any) -> Meeting:
    """A meeting of three days ago with two points."""
    meeting = factories.meeting(cast, title, day=factories.in_days(-days_ago), **more)
    factories.agenda(meeting, "Begrüßung", "Kursplanung")
    return meeting


def minutes(cast: Cast, meeting: Meeting | None = None, **more: Any) -> Minutes:
    """Open minutes of a held meeting; Yasmin opened them and coordinates."""
    return actions.start(meeting=meeting or held(cast, **more), user=cast.yasmin)


def wrote(cast: Cast, to: Minutes, note: str = "Es fehlen Kurse.", **more: Any) -> MinutesEntry:
    """The last entry, with a text."""
    entry = to.entries.last()
    return actions.save_entry(entry=entry, user=cast.yasmin, revision=entry.revision, content={"note": note, **more})


def sent(cast: Cast, meeting: Meeting | None = None, note: str = "Es fehlen Kurse.") -> Minutes:
    """Minutes that wait for objections."""
    found = minutes(cast, meeting)
    wrote(cast, found, note)
    return actions.submit(minutes=found, user=cast.yasmin)


def approved(cast: Cast, meeting: Meeting | None = None, note: str = "Es fehlen Kurse.") -> Minutes:
    """Approved minutes, for those who were invited."""
    return actions.approve(minutes=sent(cast, meeting, note), user=cast.yasmin)


def action(cast: Cast, text: str = "Raum suchen", **more: Any) -> ActionItem:
    """An action without going through a verb."""
    return ActionItem.objects.create(district=cast.district, text=text, **more)


def titles(meeting: Meeting) -> list[str]:
    """The agenda as people read it."""
    return list(AgendaItem.objects.filter(meeting=meeting).values_list("title", flat=True))
