"""States of proposals, minutes, objections and actions, with what may follow what (handbook: domain §4.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalState(models.TextChoices):
    """What became of a proposal for the agenda."""

    OPEN = "open", _("Not decided yet")
    ACCEPTED = "accepted", _("On the agenda")
    DECLINED = "declined", _("Not on the agenda")


class MinutesStatus(models.TextChoices):
    """How far minutes are. Who reads them is another question, see `Scope`."""

    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Waiting for objections")
    APPROVED = "approved", _("Minutes approved")


class Scope(models.TextChoices):
    """Who may read the minutes."""

    NOBODY = "nobody", _("Only those who write them")
    PARTICIPANTS = "participants", _("People who were invited")
    NETWORK = "network", _("All who may know of the meeting")


OUT = frozenset({Scope.PARTICIPANTS, Scope.NETWORK})
"""Somebody besides those who write reads the minutes."""


class VersionKind(models.TextChoices):
    """Why a wording is kept."""

    SAVED = "saved", _("Earlier draft")
    ASIDE = "aside", _("Set aside, because two people wrote at once")
    SENT = "sent", _("As sent for approval")
    CORRECTED = "corrected", _("Corrected")


DRAFTS = frozenset({VersionKind.SAVED, VersionKind.ASIDE})
"""Wordings that go when the minutes are sent for approval."""


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", _("Not answered yet")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Not accepted")


class ActionStatus(models.TextChoices):
    """Where a promised action is."""

    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


_A = ActionStatus

UNDONE = frozenset({_A.OPEN, _A.IN_PROGRESS})
"""Somebody still has something to do."""

ACTION_STEPS: dict[str, frozenset[str]] = {
    _A.OPEN: frozenset({_A.IN_PROGRESS, _A.DONE, _A.DROPPED}),
    _A.IN_PROGRESS: frozenset({_A.OPEN, _A.DONE, _A.DROPPED}),
    _A.DONE: frozenset({_A.OPEN}),
    _A.DROPPED: frozenset({_A.OPEN}),
}
"""From where to where; everything else is refused."""

NEEDS_A_NOTE = frozenset({_A.DONE, _A.DROPPED})
"""An end is explained: what was done, or why not."""
