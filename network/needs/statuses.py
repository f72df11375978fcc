"""Codes of needs and the table of what may follow what (handbook: domain §4.4)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NeedStatus(models.TextChoices):
    """Where a need is on its way from the report to its answer."""

    NEW = "new", _("New")
    CHECKED = "checked", _("Checked")
    OPEN = "open", _("Open for votes")
    PRIORITISED = "prioritised", _("Put in order")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("Being worked on")
    SOLVED = "solved", _("Solved")
    PARTLY_SOLVED = "partly_solved", _("Partly solved")
    NOT_SOLVABLE = "not_solvable", _("Cannot be solved")
    ON_HOLD = "on_hold", _("Paused")
    MERGED = "merged", _("Merged with another need")


_S = NeedStatus

UNCHECKED = frozenset({_S.NEW})
"""Only its reporters and the coordinators see it: nobody has looked yet whether it names a person."""

LIVING = frozenset({_S.NEW, _S.CHECKED, _S.OPEN, _S.PRIORITISED, _S.PLANNED, _S.IN_PROGRESS, _S.ON_HOLD})
"""Not answered yet."""

ENDED = frozenset({_S.SOLVED, _S.PARTLY_SOLVED, _S.NOT_SOLVABLE})
"""Answered."""

VOTABLE = frozenset({_S.OPEN})
"""Organisations may vote for it while a round is open."""

RANKED = frozenset({_S.OPEN, _S.PRIORITISED, _S.PLANNED, _S.IN_PROGRESS})
"""Stands in the coordinators' order and in the matrix."""

MERGEABLE = LIVING
"""May be merged into another."""

TAKES_IN = LIVING - UNCHECKED
"""May take others in: somebody has checked its text, so that their reporters may read it."""

TRANSITIONS: dict[str, frozenset[str]] = {
    _S.NEW: frozenset({_S.CHECKED, _S.NOT_SOLVABLE}),
    _S.CHECKED: frozenset({_S.OPEN, _S.PLANNED, _S.NOT_SOLVABLE, _S.ON_HOLD}),
    _S.OPEN: frozenset({_S.PRIORITISED, _S.PLANNED, _S.NOT_SOLVABLE, _S.ON_HOLD}),
    _S.PRIORITISED: frozenset({_S.OPEN, _S.PLANNED, _S.IN_PROGRESS, _S.NOT_SOLVABLE, _S.ON_HOLD}),
    _S.PLANNED: frozenset({_S.IN_PROGRESS, _S.SOLVED, _S.PARTLY_SOLVED, _S.NOT_SOLVABLE, _S.ON_HOLD}),
    _S.IN_PROGRESS: frozenset({_S.PLANNED, _S.SOLVED, _S.PARTLY_SOLVED, _S.NOT_SOLVABLE, _S.ON_HOLD}),
    _S.ON_HOLD: frozenset({_S.OPEN, _S.PLANNED, _S.IN_PROGRESS, _S.NOT_SOLVABLE}),
    _S.SOLVED: frozenset({_S.OPEN}),
    _S.PARTLY_SOLVED: frozenset({_S.OPEN, _S.IN_PROGRESS, _S.SOLVED}),
    _S.NOT_SOLVABLE: frozenset({_S.OPEN}),
    _S.MERGED: frozenset(),
}
"""From where to where a coordinator moves a need, with a note; everything else is refused. Merging is a verb of its
own."""


class Category(models.TextChoices):
    """What the need is about."""

    LANGUAGE = "language", _("German courses")
    HOUSING = "housing", _("Housing")
    SCHOOL = "school", _("Day care and school")
    HEALTH = "health", _("Health and trauma")
    WORK = "work", _("Work and recognition of degrees")
    AUTHORITIES = "authorities", _("Authorities and waiting times")
    INTERPRETING = "interpreting", _("Interpreting")
    TRANSPORT = "transport", _("Bus, train and ways")
    CHILDCARE = "childcare", _("Childcare during courses and appointments")
    WOMEN = "women", _("Women")
    YOUTH = "youth", _("Young people")
    DISABILITY = "disability", _("Disability")
    VOLUNTEERING = "volunteering", _("Volunteers")
    DIGITAL = "digital", _("Digital access")
    LEGAL = "legal", _("Legal advice")
    STAFF = "staff", _("Capacity of staff")
    OTHER = "other", _("Other")


class NeedKind(models.TextChoices):
    """What kind of need it is."""

    PATTERN = "pattern", _("The same case again and again")
    GAP = "gap", _("An offer is missing")
    INFORMATION = "information", _("Information is missing")
    CAPACITY = "capacity", _("An offer is not enough")
    CONFLICT = "conflict", _("A procedure between offices does not work")


class Stage(models.TextChoices):
    """In which phase of their stay the people live."""

    VU = "VU", _("Preliminary accommodation")
    AU = "AU", _("Follow-up accommodation")
    BOTH = "both", _("Both phases")


class Reach(models.TextChoices):
    """How many people it concerns. Groups, because an exact small number would point at people."""

    UNKNOWN = "unknown", _("Not known")
    FEW = "1-4", _("Fewer than 5")
    SOME = "5-9", _("5 to 9")
    MANY = "10-24", _("10 to 24")
    MORE = "25-49", _("25 to 49")
    MOST = "50+", _("50 and more")


class Source(models.TextChoices):
    """Who noticed it."""

    INTEGRATION = "integration", _("Integration management")
    SHELTER = "shelter", _("Social counselling in accommodation")
    MUNICIPALITY = "municipality", _("Town or municipality")
    VOLUNTEERS = "volunteers", _("Volunteers")
    PARTNER = "partner", _("Advice service or partner")
    FEEDBACK = "feedback", _("Feedback of users")
    STATISTICS = "statistics", _("Statistics of the inbox")
    FORM = "form", _("Form “Report a need”")


class Scale(models.IntegerChoices):
    """Urgency, impact, effort: four steps, so that nobody hides in the middle."""

    LOW = 1, _("Low")
    MODERATE = 2, _("Moderate")
    HIGH = 3, _("High")
    VERY_HIGH = 4, _("Very high")


class Visibility(models.TextChoices):
    """Who may read a need once it is checked."""

    NETWORK = "network", _("Everybody in the network")
    COORDINATION = "coordination", _("Only the coordination office and those who reported it")


class Happened(models.TextChoices):
    """What the history of a need remembers."""

    REPORTED = "reported", _("Reported")
    JOINED = "joined", _("Somebody else reported the same")
    STATUS = "status", _("New status")
    EDITED = "edited", _("Text changed")
    RANKED = "ranked", _("Put in order")
    TOOK_IN = "took_in", _("Another need was merged into this one")
    MERGED = "merged", _("Merged with another need")
    LINKED = "linked", _("Linked")


class LinkKind(models.TextChoices):
    """What a need is linked with."""

    MEETING = "meeting", _("Meeting")
    COURSE = "course", _("Course")
    PAGE = "page", _("Web page")
