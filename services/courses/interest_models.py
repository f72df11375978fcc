"""Somebody waits for a course that does not exist yet, or has no place: what planning counts, and a sealed contact."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.courses.seat_models import SealedPerson
from services.courses.seat_querysets import InterestQuerySet
from services.courses.vocabulary import LearnerLevel, TimeOfDay


def known_times(value: list[str]) -> None:
    """A list of times of the day we know; none means that it does not matter."""
    if not isinstance(value, list) or any(code not in TimeOfDay.values for code in value):
        raise ValidationError(_("Please choose from the list."), code="unknown_code")


class CourseInterest(SealedPerson):
    """One person on the list of interest. All columns here are for counting; who it is lies in the envelope.

    `expires_at`: gone by itself on that day unless renewed through the personal link.
    """

    level = models.CharField(_("level"), max_length=4, choices=LearnerLevel.choices)
    needs_literacy = models.BooleanField(_("learns to read and write"), default=False)
    municipality = models.ForeignKey(
        "services.Municipality",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="course_interests",
        verbose_name=_("municipality"),
    )
    times = models.JSONField(_("times of the day"), default=list, blank=True, validators=[known_times])
    children = models.PositiveSmallIntegerField(_("children who need childcare"), default=0)
    women_only = models.BooleanField(_("only for women"), default=False)
    run = models.ForeignKey(
        "services.CourseRun",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="interests",
        verbose_name=_("course run"),
        help_text=_("The run that had no place."),
    )
    expires_at = models.DateTimeField(_("kept until"), db_index=True)
    reminded_at = models.DateTimeField(_("asked to renew on"), null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest in a course")
        verbose_name_plural = _("interests in courses")
        default_permissions = ()
        ordering = ["created_at"]
        indexes = [models.Index(fields=["district", "level", "municipality"], name="services_interest_counted")]

    def __str__(self) -> str:
        return f"{self.level} {self.created_at:%Y-%m-%d}"

    @property
    def needs_childcare(self) -> bool:
        """Whether at least one child must be looked after."""
        return self.children > 0

    def clean(self) -> None:
        super().clean()
        if self.municipality and self.municipality.district_id != self.district_id:
            raise ValidationError({"municipality": _("This town belongs to another district.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.times = sorted(set(self.times), key=TimeOfDay.values.index)
        super().save(*args, **kwargs)
