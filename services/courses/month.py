"""The month as a table: what takes place on which day, week by week, Monday first."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import District
from services.courses.cards import LessonLine, lesson_lines
from services.courses.finding import conditions_of, read_search
from services.courses.models import CourseRun, Lesson
from services.courses.presentation import address_with, filters_of

MONTHS_AROUND = 24
"""How many months before and after today the table can show."""
MOST_LESSONS = 600
"""Lessons one table can carry; more need a filter."""


@dataclass(frozen=True)
class Day:
    """One cell of the table."""

    day: date
    in_month: bool
    is_today: bool
    lines: list[LessonLine]


def month_of(request: HttpRequest, at: datetime | None = None) -> dict[str, Any]:
    """Template variables of the table of the month in `?m=2027-03`, with the filters of the list."""
    now = at or timezone.now()
    district = District.objects.for_request(request)
    search = read_search(request.GET, district, now)
    today = timezone.localdate(now)
    first, understood = _asked(request.GET.get("m", ""), today)
    weeks = Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    runs = CourseRun.objects.of(district).public().matching(conditions_of(search, now))
    lessons = list(
        Lesson.objects.of(district)
        .public()
        .filter(run__in=runs.order_by())
        .between(weeks[0][0], weeks[-1][-1])
        .with_facts()[: MOST_LESSONS + 1]
    )
    by_day: dict[date, list[LessonLine]] = defaultdict(list)
    for line in lesson_lines(lessons[:MOST_LESSONS]):
        by_day[line.lesson.day].append(line)
    before, after = _neighbour(first, -1, today), _neighbour(first, 1, today)
    ignored = search.ignored if understood else [*search.ignored, _("Month")]
    return {
        **filters_of(request, search),
        "ignored": ignored,
        "month": first,
        "weekdays": range(7),
        "weeks": [[Day(day, day.month == first.month, day == today, by_day[day]) for day in week] for week in weeks],
        "previous": before,
        "next": after,
        "previous_address": address_with(request, m=f"{before:%Y-%m}") if before else "",
        "list_address": address_with(request, m="", view=""),
        "next_address": address_with(request, m=f"{after:%Y-%m}") if after else "",
        "is_cut": len(lessons) > MOST_LESSONS,
        "has_today": first == today.replace(day=1),
        "is_empty": not any(line.lesson.day.month == first.month for lines in by_day.values() for line in lines),
    }


def _asked(text: str, today: date) -> tuple[date, bool]:
    this_month = today.replace(day=1)
    if not text:
        return this_month, True
    try:
        # Not strptime alone: it would take "2027-3" and other spellings, and each page should have one address.
        wanted = datetime.strptime(text, "%Y-%m").date() if len(text) == 7 else None  # noqa: DTZ007
    except ValueError:
        wanted = None
    if wanted is None or abs(_months(wanted) - _months(today)) > MONTHS_AROUND:
        return this_month, False
    return wanted, True


def _neighbour(first: date, step: int, today: date) -> date | None:
    neighbour = (first + timedelta(days=32)).replace(day=1) if step > 0 else (first - timedelta(days=1)).replace(day=1)
    return neighbour if abs(_months(neighbour) - _months(today)) <= MONTHS_AROUND else None


def _months(day: date) -> int:
    return day.year * 12 + day.month
