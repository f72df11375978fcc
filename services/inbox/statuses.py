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
    # Back to "received" only by a transfer: the other office begins anew.
    CaseStatus.CONTACTED: frozenset(
        {CaseStatus.RECEIVED, CaseStatus.WAITING, CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}
    ),
    CaseStatus.WAITING: frozenset(
        {CaseStatus.RECEIVED, CaseStatus.CONTACTED, CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}
    ),
    CaseStatus.REFERRED: frozenset(
        {CaseStatus.RECEIVED, CaseStatus.CONTACTED, CaseStatus.WAITING, CaseStatus.CLOSED, CaseStatus.WITHDRAWN}
    ),
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


class TransferReason(models.TextChoices):
    """Why a case goes to another office."""

    RESPONSIBLE = "responsible", _("The other office is responsible")
    MOVED = "moved", _("The person has moved")
    TOPIC = "topic", _("The other office knows this topic better")
    LANGUAGE = "language", _("The other office speaks the person's language")
    BIAS = "bias", _("Somebody here is personally involved")
    WISH = "wish", _("The person wants it")


class HoldReason(models.TextChoices):
    """Why a case is kept for longer than planned."""

    ONGOING = "ongoing", _("The help goes on")
    COMPLAINT = "complaint", _("A complaint or a court case is open")
    PERSON = "person", _("The person asked for it")
    ACCESS = "access", _("The person asked what is stored")


class EraseWish(models.TextChoices):
    """Why a colleague wants a case erased before its time."""

    PERSON = "person", _("The person asked for it")
    MISTAKE = "mistake", _("Sent by mistake")
    DUPLICATE = "duplicate", _("Sent twice")
    UNLAWFUL = "unlawful", _("Must not be stored here")


class AppointmentMode(models.TextChoices):
    """How people meet; the person reads it too."""

    OFFICE = "office", _("At the office")
    PHONE = "phone", _("By telephone")
    VIDEO = "video", _("By video")
    HOME = "home", _("At your home")


class ContactKind(models.TextChoices):
    """What two cases have in common."""

    EMAIL = "email", _("same e-mail address")
    PHONE = "phone", _("same telephone number")
    PERSON = "person", _("same name and contact")


class ReplyPurpose(models.TextChoices):
    """What a reply template is for."""

    RECEIVED = "received", _("We have read it")
    QUESTION = "question", _("We need something")
    MEETING = "meeting", _("Come or call")
    REFERRAL = "referral", _("Another door")
    DELAY = "delay", _("It takes longer")
    GOODBYE = "goodbye", _("We close the request")


class MissingItem(models.TextChoices):
    """What offices ask for most; the person reads it in their language."""

    PHONE = "phone", _("Your telephone number")
    EMAIL = "email", _("Your email address")
    NAME = "name", _("Your first name and family name")
    ADDRESS = "address", _("The place where you live")
    TIMES = "times", _("Days and times when we can reach you")
    LETTER = "letter", _("Who sent you the letter, and its date")
    DEADLINE = "deadline", _("Until when you must answer somebody")
    FAMILY = "family", _("How many people belong to your family")
    INTERPRETER = "interpreter", _("Which language the interpreter should speak")


class TranslatedBy(models.TextChoices):
    """Who made the translation beside a message."""

    PERSON = "person", _("by a person")
    TEMPLATE = "template", _("from a template")
    MACHINE = "machine", _("by a machine")


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


class When(models.TextChoices):
    """When a person wants to hear of something."""

    NOW = "now", _("Mail at once")
    DAILY = "daily", _("In the daily summary")
    NEVER = "never", _("No mail")


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
