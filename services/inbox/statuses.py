"""Where a case stands, what may follow what, and the other words of the inbox that are codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseStatus(models.TextChoices):
    """Where a case stands, in the words of the staff (handbook: domain §5.5)."""

    RECEIVED = "received", _("New")
    ASSIGNED = "assigned", _("Assigned")
    CONTACTED = "contacted", _("In contact")
    WAITING = "waiting", _("Waiting for the person")
    REFERRED = "referred", _("Passed on to another body")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


WITH_US = frozenset({CaseStatus.RECEIVED, CaseStatus.ASSIGNED, CaseStatus.CONTACTED})
WITH_OTHERS = frozenset({CaseStatus.WAITING, CaseStatus.REFERRED})
OPEN = WITH_US | WITH_OTHERS
DONE = frozenset({CaseStatus.CLOSED, CaseStatus.WITHDRAWN})
BY_HAND = (CaseStatus.CONTACTED, CaseStatus.WAITING, CaseStatus.REFERRED)
"""What staff may set directly; the others follow from taking, closing and withdrawing."""

TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.RECEIVED: frozenset(
        {
            CaseStatus.ASSIGNED,
            CaseStatus.CONTACTED,
            CaseStatus.WAITING,
            CaseStatus.REFERRED,
            CaseStatus.CLOSED,
            CaseStatus.WITHDRAWN,
        }
    ),
    CaseStatus.ASSIGNED: frozenset(
        {
            CaseStatus.RECEIVED,
            CaseStatus.CONTACTED,
            CaseStatus.WAITING,
            CaseStatus.REFERRED,
            CaseStatus.CLOSED,
            CaseStatus.WITHDRAWN,
        }
    ),
    CaseStatus.CONTACTED: frozenset({CaseStatus.WAITING, CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}),
    CaseStatus.WAITING: frozenset({CaseStatus.CONTACTED, CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}),
    CaseStatus.REFERRED: frozenset({CaseStatus.CONTACTED, CaseStatus.WAITING, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}),
    CaseStatus.CLOSED: frozenset({CaseStatus.RECEIVED, CaseStatus.ASSIGNED}),
    CaseStatus.WITHDRAWN: frozenset(),
}


def can_follow(old: str, new: str) -> bool:
    """Whether a case may go from one status to another. Staying is never a step."""
    return CaseStatus(new) in TRANSITIONS[CaseStatus(old)]


class Urgency(models.TextChoices):
    """How soon somebody must answer; working days are in `deadlines` (handbook: domain §5.5)."""

    DANGER = "danger", _("Danger")
    HIGH = "high", _("Urgent")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Not urgent")


URGENT = frozenset({Urgency.DANGER, Urgency.HIGH})


class CloseReason(models.TextChoices):
    """Why a case was closed; a code, so that it needs no free text about a person."""

    HELPED = "helped", _("We could help")
    APPOINTMENT = "appointment", _("We met or have an appointment")
    CASE_SYSTEM = "case_system", _("Goes on in the office's own case system")
    REFERRED = "referred", _("Another body helps now")
    NOT_REACHED = "not_reached", _("Not reached on two days")
    NOT_WANTED = "not_wanted", _("The person does not need it any more")
    DUPLICATE = "duplicate", _("Sent twice")
    MISUSE = "misuse", _("Not a serious request")


class KeyState(models.TextChoices):
    """An active key seals new cases; a retired one still opens old ones."""

    ACTIVE = "active", _("active")
    RETIRED = "retired", _("retired")


class Recipient(models.TextChoices):
    """To whom a case's data key is sealed."""

    OFFICE = "office", _("office")
    ESCROW = "escrow", _("escrow")
    APPLICANT = "applicant", _("person")


class Direction(models.TextChoices):
    """From the person to the office, or back."""

    IN = "in", _("from the person")
    OUT = "out", _("from the office")


class Verb(models.TextChoices):
    """What the history of a case tells, without content."""

    RECEIVED = "received", _("received")
    READ = "read", _("opened and read")
    TAKEN = "taken", _("taken")
    ASSIGNED = "assigned", _("assigned")
    RELEASED = "released", _("given back")
    REPLIED = "replied", _("answered")
    NOTED = "noted", _("note added")
    STATUS = "status", _("status changed")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("opened again")
    WROTE = "wrote", _("the person wrote")
    DOWNLOADED = "downloaded", _("file downloaded")
    WITHDRAWN = "withdrawn", _("withdrawn by the person, content erased")
    RENEWED = "renewed", _("new secret given after a check in person")
    TAGGED = "tagged", _("tag added")
    UNTAGGED = "untagged", _("tag removed")
    EXPORTED = "exported", _("exported")


class ExportFormat(models.TextChoices):
    """What an export is written as."""

    CSV = "csv", _("CSV (for every spreadsheet)")
    XLSX = "xlsx", _("XLSX (Excel, LibreOffice)")
    JSON = "json", _("JSON (for programs)")


class Topic(models.TextChoices):
    """Labels of the topic codes that the forms come with; other codes are shown as they are."""

    ASYLUM = "asylum", _("Asylum procedure")
    RESIDENCE = "residence", _("Residence documents")
    BENEFITS = "benefits", _("Money and benefits")
    HEALTH = "health", _("Doctor and health")
    SCHOOL_KITA = "school_kita", _("School and day care")
    HOUSING = "housing", _("Housing")
    WORK = "work", _("Work and training")
    GERMAN = "german", _("German course")
    FAMILY = "family", _("Family")
    LETTER = "letter", _("A letter that is hard to understand")
    DEBTS = "debts", _("Debts")
    VIOLENCE = "violence", _("Violence or conflict")
    COURSE_INTEREST = "course_interest", _("Looking for a course")
    APPOINTMENT = "appointment", _("Appointment")
    VOLUNTEER = "volunteer", _("Volunteer offer")
    NEED = "need", _("Need report")
    MEETING = "meeting", _("Meeting registration")
    DIRECTORY = "directory", _("Change in the directory")
    HANDOVER = "handover", _("Handover")
    BARRIER = "barrier", _("Barrier on the website")
    WRONG = "wrong", _("Something is wrong")
    UNCLEAR = "unclear", _("Something is hard to understand")
    MISSING_TRANSLATION = "missing_translation", _("The page is not in my language")
    PRAISE = "praise", _("Something is good")
    OTHER = "other", _("Something else")
