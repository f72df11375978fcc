"""Reads of course facts as sentences. Time is always an argument."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Prefetch,
    Q,
    Value,
    When,
)
from django.utils import timezone

from services.courses.vocabulary import SCHOOL_FAMILIES, Entry, LessonStatus, RunStatus

if TYPE_CHECKING:
    from portal.models import District

FEED_KEEPS_DAYS = 60
"""Days for which a calendar feed keeps what is over, above all cancellations (handbook: calendars §5b)."""
LIST_KEEPS_CANCELLED_DAYS = 14
"""Days for which the list still tells that a course was cancelled."""
FAR_AWAY = 9999.0
"""Kilometres written where no place is known, so that it sorts last."""

_OPEN = (
    RunStatus.PLANNED,
    RunStatus.NEEDS_REGISTRATIONS,
    RunStatus.CONFIRMED,
    RunStatus.RUNNING,
    RunStatus.POSTPONED,
)


class FactQuerySet(models.QuerySet[Any]):
    """Rows that belong to a district."""

    def of(self, district: District) -> Any:
        """The rows of a district."""
        return self.filter(district=district)


class ClosureQuerySet(FactQuerySet):
    """Days without lessons."""

    def touching(self, first_day: date, last_day: date) -> ClosureQuerySet:
        """Closures with at least one day between these two, both included."""
        return self.filter(first_day__lte=last_day, last_day__gte=first_day)

    def for_venues(self, venue_ids: Iterable[int]) -> ClosureQuerySet:
        """Closures of the whole district or of one of these venues."""
        return self.filter(Q(venue=None) | Q(venue_id__in=list(venue_ids)))


class CourseQuerySet(FactQuerySet):
    """Courses."""

    def public(self) -> CourseQuerySet:
        """What everybody may see."""
        return self.filter(is_public=True)


class CourseRunQuerySet(FactQuerySet):
    """Runs of courses."""

    def public(self) -> CourseRunQuerySet:
        """What everybody may see, without the classes of schools."""
        return self.filter(is_public=True, course__is_public=True).exclude(course__family__in=SCHOOL_FAMILIES)

    def listed(self, at: datetime) -> CourseRunQuerySet:
        """Runs that are not over, and those cancelled in the last two weeks."""
        today = timezone.localdate(at)
        news = Q(status=RunStatus.CANCELLED, cancelled_at__gte=at - timedelta(days=LIST_KEEPS_CANCELLED_DAYS))
        return self.public().filter(Q(status__in=_OPEN) | news).filter(Q(ends_on=None) | Q(ends_on__gte=today))

    def matching(self, conditions: dict[str, Q]) -> CourseRunQuerySet:
        """Runs that meet every wish."""
        return self.filter(*conditions.values())

    def nearly_matching(self, conditions: dict[str, Q]) -> CourseRunQuerySet:
        """Runs with `score`, the number of wishes they meet, and `meets_<wish>`, which says whether they meet it."""
        met = {
            f"meets_{name}": ExpressionWrapper(condition, output_field=BooleanField())
            for name, condition in conditions.items()
        }
        score = sum(
            (Case(When(rule, then=1), default=0, output_field=IntegerField()) for rule in conditions.values()),
            start=Value(0),
        )
        return self.annotate(**met, score=score)

    def with_distance(self, kilometres: dict[int, float], online_km: float) -> CourseRunQuerySet:
        """Add `km`, the distance of the run's municipality by its primary key; online runs count as `online_km`."""
        cases = [When(mode="online", then=Value(online_km))]
        cases += [When(venue__municipality_id=pk, then=Value(km)) for pk, km in kilometres.items()]
        return self.annotate(km=Case(*cases, default=Value(FAR_AWAY), output_field=FloatField()))

    def in_reading_order(self, at: datetime, *leading: str) -> CourseRunQuerySet:
        """What one can still join first, then `leading` fields, then the first day; cancelled runs last."""
        joinable = Q(starts_on__gte=timezone.localdate(at)) | Q(starts_on=None) | ~Q(entry=Entry.START)
        rank = Case(
            When(status=RunStatus.CANCELLED, then=2), When(joinable, then=0), default=1, output_field=IntegerField()
        )
        return self.annotate(rank=rank).order_by("rank", *leading, F("starts_on").asc(nulls_last=True), "pk")

    def under_way(self, at: datetime) -> CourseRunQuerySet:
        """What staff look after: runs that are not over, hidden ones included, and those cancelled lately."""
        today = timezone.localdate(at)
        news = Q(status=RunStatus.CANCELLED, cancelled_at__gte=at - timedelta(days=LIST_KEEPS_CANCELLED_DAYS))
        rows = self.filter(Q(status__in=_OPEN) | news).filter(Q(ends_on=None) | Q(ends_on__gte=today))
        return rows.order_by(F("starts_on").asc(nulls_last=True), "code")

    def towns(self) -> list[str]:
        """Where people may look for these runs: the towns of those that are neither over nor cancelled."""
        return list(self.filter(status__in=_OPEN).exclude(venue=None).values_list("venue__town", flat=True).distinct())

    def with_facts(self) -> CourseRunQuerySet:
        """With course, provider, venue and rules: two queries for all."""
        return self.select_related("course__provider", "venue__municipality").prefetch_related("rules")


class LessonQuerySet(FactQuerySet):
    """Lessons."""

    def public(self) -> LessonQuerySet:
        """What everybody may see, without the classes of schools."""
        return self.filter(run__is_public=True, run__course__is_public=True).exclude(
            run__course__family__in=SCHOOL_FAMILIES
        )

    def upcoming(self, at: datetime) -> LessonQuerySet:
        """Lessons that are not over, soonest first, those that do not take place included."""
        return self.filter(utc_end__gt=at).order_by("utc_start", "pk")

    def between(self, first_day: date, last_day: date) -> LessonQuerySet:
        """Lessons on the days from the first to the last, both included."""
        return self.filter(day__gte=first_day, day__lte=last_day).order_by("utc_start", "pk")

    def in_feed(self, at: datetime) -> LessonQuerySet:
        """What a calendar feed carries: everything to come, and what ended in the last 60 days."""
        return self.filter(utc_end__gte=at - timedelta(days=FEED_KEEPS_DAYS)).order_by("utc_start", "uid")

    def taking_place(self) -> LessonQuerySet:
        """Lessons people should come to."""
        return self.filter(status__in=[LessonStatus.PLANNED, LessonStatus.MOVED])

    def with_facts(self) -> LessonQuerySet:
        """With run, course and venues: one query."""
        return self.select_related("run__course__provider", "run__venue", "venue")

    def for_feed(self) -> LessonQuerySet:
        """The same for thousands of lessons of a few runs: each run and place is read and built once."""
        runs = self.model.run.field.related_model.objects.select_related("course", "venue")
        return self.prefetch_related(Prefetch("run", queryset=runs), "venue")
