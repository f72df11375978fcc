"""A person in a run or on its waiting list, and whether they were at each lesson."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.courses.seat_models import SealedPerson
from services.courses.seat_querysets import EnrolmentQuerySet
from services.courses.seat_statuses import ACTIVE, AttendanceState, EnrolmentState, TestState
from services.courses.vocabulary import Level

HAS_NUMBER = (EnrolmentState.WAITING, EnrolmentState.REPEATED, EnrolmentState.CANCELLED)


class Enrolment(SealedPerson):
    """One person and one run. Written by `seat_actions` alone, with the run locked.

    `person_stamp` is that of contact and name together: a family that shares a telephone may send two people, but
    nobody is in a run twice. `once` is the stamp of the form's own key, so that sending it twice changes nothing.
    """

    run = models.ForeignKey(
        "services.CourseRun", on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course run")
    )
    person_stamp = models.CharField(_("stamp of the person"), max_length=80)
    once = models.CharField(_("key against sending twice"), max_length=80, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=EnrolmentState.choices)
    state_at = models.DateTimeField(_("since"))
    state_before = models.CharField(
        _("state before the course was cancelled"), max_length=10, choices=EnrolmentState.choices, blank=True
    )
    queue_no = models.PositiveIntegerField(_("number drawn for the waiting list"), null=True, blank=True)
    offer_expires_at = models.DateTimeField(_("offer ends"), null=True, blank=True)
    children = models.PositiveSmallIntegerField(_("children who need childcare"), default=0)
    test_state = models.CharField(
        _("placement test"), max_length=6, choices=TestState.choices, default=TestState.NOT_NEEDED
    )
    test_at = models.DateTimeField(_("date of the test"), null=True, blank=True)
    test_level = models.CharField(_("level in the test"), max_length=8, choices=Level.choices, blank=True)
    by_staff = models.BooleanField(_("enrolled by staff"), default=False)
    mails_written = models.PositiveIntegerField(_("mails written"), default=0)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        default_permissions = ()
        permissions = [("see_enrolments", _("See who is enrolled in courses"))]
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["run", "state", "queue_no"], name="services_enrolment_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person_stamp"],
                condition=Q(state__in=ACTIVE) & ~Q(person_stamp=""),
                name="services_enrolment_person_once",
            ),
            models.UniqueConstraint(
                fields=["run", "queue_no"],
                condition=Q(state=EnrolmentState.WAITING),
                name="services_enrolment_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HAS_NUMBER) | Q(queue_no=None), name="services_enrolment_numbers_wait"
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.OFFERED, offer_expires_at__isnull=False)
                | (~Q(state=EnrolmentState.OFFERED) & Q(offer_expires_at=None)),
                name="services_enrolment_offers_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.WAITING) | Q(queue_no__isnull=False),
                name="services_enrolment_waits_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class Attendance(models.Model):
    """Whether a person was at a lesson. No row: not written down yet."""

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("enrolment")
    )
    lesson = models.ForeignKey(
        "services.Lesson", on_delete=models.CASCADE, related_name="attendances", verbose_name=_("lesson")
    )
    state = models.CharField(_("attendance"), max_length=8, choices=AttendanceState.choices)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="services_attendance_once")]

    def __str__(self) -> str:
        return self.state
