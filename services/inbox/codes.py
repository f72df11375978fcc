"""The words of the record, of keeping and of handing out, as codes: what was done, why it went, in what form."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    FILES_ERASED = "files_erased", _("files erased, their time was over")
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


class ExportFormat(models.TextChoices):
    """What an export is written as."""

    CSV = "csv", _("CSV (for every spreadsheet)")
    XLSX = "xlsx", _("XLSX (Excel, LibreOffice)")
    JSON = "json", _("JSON (for programs)")
