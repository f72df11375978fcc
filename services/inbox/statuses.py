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
    ASKED = "asked", _("asked for missing details")
    TRANSLATED = "translated", _("translation added")
    APPOINTED = "appointed", _("appointment made")
    CANCELLED = "cancelled", _("appointment cancelled")
    TRANSFERRED = "transferred", _("transferred to another office")
    REFERRED = "referred", _("passed on to another body")
    HELD = "held", _("kept for longer")
    UNHELD = "unheld", _("no longer kept for longer")
    ERASE_ASKED = "erase_asked", _("erasing asked for")
    ERASE_NO = "erase_no", _("erasing refused")
    ERASE_YES = "erase_yes", _("erasing confirmed")
    REPORTED = "reported", _("report for the person made")
    ESCALATED = "escalated", _("reported as waiting for too long")
    ERASED = "erased", _("erased")


class DistrictVerb(models.TextChoices):
    """What a district's own chain tells."""

    ANCHORED = "anchored", _("lines vouched for")
    PRUNED = "pruned", _("old lines erased")
    CHECKED = "checked", _("chains checked")
    AUDIT_READ = "audit_read", _("record read")
    RULES = "rules", _("retention rule changed")
    EXPORTED = "exported", _("list exported")


class RetentionClass(models.TextChoices):
    """What is kept for how long; the days are in `retention` (handbook: domain §5.7)."""

    UNTAKEN = "untaken", _("Request that nobody took")
    CLOSED = "closed", _("Closed request")
    EXPORTED = "exported", _("Request that goes on in the office's own system")
    WITHDRAWN = "withdrawn", _("Withdrawn request, already without content")
    ATTACHMENTS = "attachments", _("Files of a closed request")


class EraseReason(models.TextChoices):
    """Why a case was erased."""

    UNTAKEN = "untaken", _("nobody took it in time")
    CLOSED = "closed", _("the time after closing was over")
    EXPORTED = "exported", _("it went on in the office's own system")
    WITHDRAWN = "withdrawn", _("withdrawn by the person")
    BY_HAND = "by_hand", _("erased by hand, by two people")


class ReportReason(models.TextChoices):
    """Why a report for the person was made; a code, so that it needs no free text about a person."""

    ASKED = "asked", _("The person asked for it and showed who they are")
    REPRESENTED = "represented", _("A guardian or lawyer asked for it and showed a power of attorney")


class ReportForm(models.TextChoices):
    """In what form a report is handed over."""

    PDF = "pdf", _("PDF, to print")
    JSON = "json", _("JSON, for another system")


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


class ExportFormat(models.TextChoices):
    """What an export is written as."""

    CSV = "csv", _("CSV (for every spreadsheet)")
    XLSX = "xlsx", _("XLSX (Excel, LibreOffice)")
    JSON = "json", _("JSON (for programs)")
