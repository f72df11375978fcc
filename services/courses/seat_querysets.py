"""Reads of enrolments and interests as sentences. Time is always an argument."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from services.courses.querysets import FactQuerySet
from services.courses.seat_statuses import ACTIVE, HOLDS, EnrolmentState

if TYPE_CHECKING:
    from services.courses.models import CourseRun


class InterestQuerySet(FactQuerySet):
    """People on the list of interest."""

    def live(self, at: datetime) -> InterestQuerySet:
        """Whose time is not over."""
        return self.filter(expires_at__gt=at)

    def expired(self, at: datetime) -> InterestQuerySet:
        """Whose time is over."""
        return self.filter(expires_at__lte=at)

    def interested_in(self, run: CourseRun) -> InterestQuerySet:
        """Who asked for this run when it had no place."""
        return self.filter(run=run)


class EnrolmentQuerySet(FactQuerySet):
    """People in a run, or on its waiting list."""

    def active(self) -> EnrolmentQuerySet:
        """Who has a place, is offered one or waits."""
        return self.filter(state__in=ACTIVE)

    def holding(self) -> EnrolmentQuerySet:
        """Who uses up a place."""
        return self.filter(state__in=HOLDS)

    def waiting(self) -> EnrolmentQuerySet:
        """The waiting list in its order."""
        return self.filter(state=EnrolmentState.WAITING).order_by("queue_no")

    def offers_over(self, at: datetime) -> EnrolmentQuerySet:
        """Offers whose time is over."""
        return self.filter(state=EnrolmentState.OFFERED, offer_expires_at__lte=at)

    def attending(self) -> EnrolmentQuerySet:
        """Who is on the attendance list."""
        return self.filter(state__in=(EnrolmentState.CONFIRMED, EnrolmentState.ASKED))


class MailQuerySet(models.QuerySet[Any]):
    """Mails to write."""

    def due(self) -> MailQuerySet:
        """Not handed over yet, oldest first."""
        return self.filter(queued_at=None).order_by("created_at", "pk")
