"""Lessons: the rule they are made by, and each sitting with its own identity, time, place and state.

Wall time is the truth: a lesson at 18:00 stays at 18:00 whatever the clocks or the law do; UTC is derived
(handbook: calendars §4b, §5b).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.calendars import ZONE
from portal.models import District
from services.courses.querysets import LessonQuerySet
from services.courses.reasons import Reason
from services.courses.vocabulary import LessonStatus

_END_AFTER_START = _("The end must be after the beginning.")


def to_utc(day: date, wall: time, zone: str = ZONE) -> datetime:
    """The moment of a wall time. An hour that exists twice means the first one.

    Raises `ValidationError` for a time that does not exist because the clocks go forward.
    """
    moment = datetime.combine(day, wall, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, wall):
        raise ValidationError(_("This time does not exist on that day: the clocks go forward."), code="clock_gap")
    return moment


class LessonRule(models.Model):
    """On which weekdays, at which time and between which days lessons are made; a generator, not a calendar."""

    run = models.ForeignKey(
        "services.CourseRun", on_delete=models.CASCADE, related_name="rules", verbose_name=_("course run")
    )
    weekdays = models.JSONField(_("weekdays"), default=list, help_text=_("Numbers; 0 is Monday, for example [0, 2]."))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    every_weeks = models.PositiveSmallIntegerField(_("every how many weeks"), default=1)

    class Meta:
        verbose_name = _("lesson rule")
        verbose_name_plural = _("lesson rules")
        ordering = ["first_day", "starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="services_rule_times_in_order",
                violation_error_message=_END_AFTER_START,
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="services_rule_days_in_order",
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1),
                name="services_rule_interval",
                violation_error_message=_("Lessons come at least every week or less often."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.starts:%H:%M}"

    def clean(self) -> None:
        super().clean()
        days = self.weekdays
        if not isinstance(days, list) or not days or any(type(day) is not int or not 0 <= day <= 6 for day in days):
            raise ValidationError({"weekdays": _("Please choose at least one weekday.")})


class Lesson(models.Model):
    """One sitting of a run. `uid` names it in everybody's calendar for life, in all languages."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="lessons", editable=False, verbose_name=_("district")
    )
    run = models.ForeignKey(
        "services.CourseRun", on_delete=models.CASCADE, related_name="lessons", verbose_name=_("course run")
    )
    rule = models.ForeignKey(
        LessonRule,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lessons",
        verbose_name=_("lesson rule"),
    )
    is_detached = models.BooleanField(
        _("changed by hand"), default=False, help_text=_("A changed rule leaves this lesson alone.")
    )
    uid = models.UUIDField(_("calendar identity"), default=uuid4, unique=True, editable=False)
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    zone = models.CharField(_("time zone"), max_length=40, default=ZONE, choices=[(ZONE, ZONE)], editable=False)
    utc_start = models.DateTimeField(_("begins (UTC)"), editable=False)
    utc_end = models.DateTimeField(_("ends (UTC)"), editable=False)
    venue = models.ForeignKey(
        "services.Venue",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lessons",
        verbose_name=_("venue"),
        help_text=_("Empty: the venue of the run."),
    )
    room = models.CharField(_("room"), max_length=60, blank=True)
    teacher = models.ForeignKey(
        "services.Teacher",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lessons",
        verbose_name=_("teacher"),
        help_text=_("Empty: the teacher of the run."),
    )
    status = models.CharField(_("status"), max_length=10, choices=LessonStatus.choices, default=LessonStatus.PLANNED)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    moved_from = models.DateTimeField(_("moved from"), null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(_("number of changes"), default=0, editable=False)
    changed_at = models.DateTimeField(_("last changed"), editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["utc_start", "pk"]
        indexes = [
            models.Index(fields=["district", "utc_start"], name="services_lesson_by_time"),
            models.Index(fields=["run", "utc_start"], name="services_lesson_of_run"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="services_lesson_in_order",
                violation_error_message=_END_AFTER_START,
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[LessonStatus.CANCELLED, LessonStatus.SKIPPED]) | ~Q(reason=""),
                name="services_lesson_reason",
                violation_error_message=_("Please say why there is no lesson."),
            ),
            models.CheckConstraint(
                condition=~Q(status=LessonStatus.MOVED) | Q(moved_from__isnull=False),
                name="services_lesson_moved_from",
                violation_error_message=_("A moved lesson must say from when it was moved."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.starts:%H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Fill what follows from other fields. Call before `bulk_create`, which does not call `save`."""
        self.district_id = self.run.district_id
        self.utc_start = to_utc(self.day, self.starts, self.zone)
        self.utc_end = to_utc(self.day, self.ends, self.zone)

    @property
    def local_start(self) -> datetime:
        """Beginning as wall time without zone."""
        return datetime.combine(self.day, self.starts)

    @property
    def local_end(self) -> datetime:
        """End as wall time without zone."""
        return datetime.combine(self.day, self.ends)

    @property
    def takes_place(self) -> bool:
        """Whether people should come."""
        return self.status in (LessonStatus.PLANNED, LessonStatus.MOVED)

    @property
    def place(self) -> Any:
        """The venue of this lesson: its own or the run's."""
        return self.venue if self.venue_id else self.run.venue
