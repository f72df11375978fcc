"""States and codes of meetings, with the table of what may follow what (handbook: domain §4.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingStatus(models.TextChoices):
    """Where a meeting is on its way from the first plan to the archive."""

    PLANNED = "planned", _("Planned")
    INVITED = "invited", _("Invitations sent")
    AGENDA_FINAL = "agenda_final", _("Agenda final")
    HELD = "held", _("Has taken place")
    MINUTES_DRAFT = "minutes_draft", _("Minutes being written")
    MINUTES_APPROVED = "minutes_approved", _("Minutes approved")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")
    POSTPONED = "postponed", _("Postponed")


_S = MeetingStatus

ANSWERABLE = frozenset({_S.INVITED, _S.AGENDA_FINAL})
"""People may say whether they come."""

AHEAD = frozenset({_S.PLANNED, _S.INVITED, _S.AGENDA_FINAL, _S.POSTPONED})
"""Not over and not given up: may be moved, people may be invited, seats added."""

OFF = frozenset({_S.CANCELLED, _S.POSTPONED})
"""Does not take place at the date it carries."""

OVER = frozenset({_S.HELD, _S.MINUTES_DRAFT, _S.MINUTES_APPROVED, _S.ARCHIVED})
"""Has taken place."""

TRANSITIONS: dict[str, frozenset[str]] = {
    _S.PLANNED: frozenset({_S.INVITED, _S.HELD, _S.POSTPONED, _S.CANCELLED}),
    _S.INVITED: frozenset({_S.AGENDA_FINAL, _S.HELD, _S.POSTPONED, _S.CANCELLED}),
    _S.AGENDA_FINAL: frozenset({_S.INVITED, _S.HELD, _S.POSTPONED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.MINUTES_DRAFT, _S.ARCHIVED}),
    _S.MINUTES_DRAFT: frozenset({_S.MINUTES_APPROVED}),
    _S.MINUTES_APPROVED: frozenset({_S.MINUTES_DRAFT, _S.ARCHIVED}),
    _S.POSTPONED: frozenset({_S.PLANNED, _S.INVITED, _S.CANCELLED}),
    _S.CANCELLED: frozenset({_S.ARCHIVED}),
    _S.ARCHIVED: frozenset(),
}
"""From where to where; everything else is refused."""


class Mode(models.TextChoices):
    """How people meet."""

    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site or online")


class Audience(models.TextChoices):
    """Who may know of a meeting. Each narrower circle includes those who are invited."""

    PUBLIC = "public", _("Everybody")
    NETWORK = "network", _("All members of the network")
    LEVEL = "level", _("Members of this level")
    INVITED = "invited", _("Invited people only")


class Answer(models.TextChoices):
    """What an invited person said."""

    PENDING = "pending", _("No answer yet")
    YES = "yes", _("Yes, I will come")
    ONLINE = "online", _("I will take part online")
    MAYBE = "maybe", _("Maybe")
    DELEGATE = "delegate", _("Somebody else will come for me")
    NO = "no", _("No, I cannot come")


NEEDS_A_SEAT = frozenset({Answer.YES, Answer.DELEGATE})
"""Answers that use up a seat. Maybe and online do not."""

WANTS_NEWS = frozenset({Answer.PENDING, Answer.YES, Answer.ONLINE, Answer.MAYBE, Answer.DELEGATE})
"""Whom a change of date or place concerns: everybody who has not said no."""


class AgendaKind(models.TextChoices):
    """What is done with a point of the agenda."""

    INFORMATION = "info", _("Information")
    DISCUSSION = "discussion", _("Discussion")
    DECISION = "decision", _("Decision")
    ELECTION = "election", _("Election")


class AgendaOrigin(models.TextChoices):
    """Where a point of the agenda comes from."""

    OWN = "own", _("Added")
    STANDARD = "standard", _("Standard item")
    PROPOSED = "proposed", _("Proposed")
    CARRIED = "carried", _("Open actions")


class JoinAudience(models.TextChoices):
    """Who sees the link to take part online: an audience of its own, never wider than those who are invited."""

    ONLINE = "online", _("People who take part online")
    COMING = "coming", _("Everybody who comes")
    INVITED = "invited", _("Everybody invited")


class FileAudience(models.TextChoices):
    """Who may read a file of a meeting."""

    MEETING = "meeting", _("Everybody who may know of the meeting")
    INVITED = "invited", _("Invited people only")


class Presence(models.TextChoices):
    """How somebody was there."""

    ROOM = "room", _("In the room")
    ONLINE = "online", _("Online")


class Rhythm(models.TextChoices):
    """How the dates of a series follow each other."""

    WEEK = "week", _("Every week, on the same weekday")
    MONTH_WEEKDAY = "month_day", _("Every month, for example on the second Tuesday")
    MONTH_LAST = "month_last", _("Every month, for example on the last Tuesday")


class OnHoliday(models.TextChoices):
    """What becomes of a date that is a public holiday or in the school holidays."""

    LEAVE_OUT = "leave_out", _("No meeting")
    WEEK_LATER = "later", _("One week later")
    KEEP = "keep", _("The meeting takes place all the same")


class PollStatus(models.TextChoices):
    """Where a date poll is."""

    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Vote(models.TextChoices):
    """What somebody can do on a proposed date."""

    YES = "yes", _("Yes")
    IF_NEEDED = "maybe", _("If need be")
    NO = "no", _("No")
