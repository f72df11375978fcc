"""Models of this subject, by part."""

from network.minutes.action_models import ActionItem
from network.minutes.agenda_models import AgendaProposal
from network.minutes.minutes_models import EntryVersion, GuardMark, Minutes, MinutesEntry, Objection

__all__ = [
    "ActionItem",
    "AgendaProposal",
    "EntryVersion",
    "GuardMark",
    "Minutes",
    "MinutesEntry",
    "Objection",
]
