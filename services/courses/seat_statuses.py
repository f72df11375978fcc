"""The words of places as codes: where an enrolment stands, how we reach people, what we write to them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """How somebody wants to hear from us."""

    MAIL = "mail", _("By e-mail")
    PHONE = "phone", _("By telephone")
    LETTER = "letter", _("By letter, or through somebody who helps me")


class EnrolmentState(models.TextChoices):
    """Where an enrolment stands.

    `asked` holds a place like `confirmed` does, until staff say yes or no. `offered` holds one until it is accepted
    or its time is over. `repeated` holds nothing: somebody with this contact is in the run already, which the form
    must not tell to whoever fills it in.
    """

    ASKED = "asked", _("Place kept, not yet confirmed")
    CONFIRMED = "confirmed", _("Place confirmed")
    OFFERED = "offered", _("Place offered")
    WAITING = "waiting", _("On the waiting list")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Offer expired")
    REFUSED = "refused", _("Not accepted")
    CANCELLED = "cancelled", pgettext_lazy("enrolment", "Course cancelled")
    REPEATED = "repeated", _("Sent a second time")


HOLDS = (EnrolmentState.ASKED, EnrolmentState.CONFIRMED, EnrolmentState.OFFERED)
"""States that use up a place."""
ACTIVE = (*HOLDS, EnrolmentState.WAITING)
"""States of people who are still in the run or want to be."""


class EnrolmentMode(models.TextChoices):
    """Whether people enrol here, and who says yes."""

    NONE = "none", _("Not here: people ask the provider")
    ONLINE = "online", _("Here; the place is certain at once")
    CHECKED = "checked", _("Here; staff confirm each place")


ONLINE = (EnrolmentMode.ONLINE, EnrolmentMode.CHECKED)
"""Ways of enrolment for which this portal keeps the places."""


class TestState(models.TextChoices):
    """Where somebody stands with the placement test."""

    __test__ = False

    NOT_NEEDED = "none", _("No test needed")
    NEEDED = "needed", _("Test needed")
    DATED = "dated", _("Test has a date")
    DONE = "done", _("Test done")


class AttendanceState(models.TextChoices):
    """Whether somebody was at a lesson."""

    PRESENT = "present", _("there")
    ABSENT = "absent", _("not there")
    EXCUSED = "excused", _("excused")


class CourseMailKind(models.TextChoices):
    """What a mail about a place says."""

    RECEIVED = "received", _("Enrolment arrived")
    AGAIN = "again", _("Enrolment repeated")
    CONFIRMED = "confirmed", _("Place confirmed")
    OFFERED = "offered", _("Place offered")
    EXPIRED = "expired", _("Offer expired")
    REFUSED = "refused", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", pgettext_lazy("enrolment", "Course cancelled")
    BACK = "back", _("Course takes place after all")
    TEST = "test", _("Date of the placement test")
    LISTED = "listed", _("On the list of interest")
    RENEW = "renew", _("Renew the interest")
