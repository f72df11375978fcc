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
from services.courses.finding import Search, conditions_of, read_search
from services.courses.models import CourseRun, Lesson
from services.courses.presentation import address_with, filters_of

MONTHS_AROUND = 24
"""How many months before and after today the table can show."""
MOST_LESSONS = 2000
"""Lessons one table can carry; more need a filter."""
MOST_OF_DAY = 5
"""Lessons one cell shows; the others are behind a link to the day."""


@dataclass(frozen=True)
class Day:
    """One cell of the table."""

    day: date
    in_month: bool
    is_today: bool
    lines: list[LessonLine]
    more: int = 0
    """Lessons that did not fit into the cell."""
    address: str = ""
    """Where all lessons of the day are, when some did not fit."""


def month_of(request: HttpRequest, at: datetime | None = None) -> dict[str, Any]:
    """Template variables of the table of the month in `?m=2027-03`, with the filters of the list."""
    now = at or timezone.now()
    district = District.objects.for_request(request)
    search = read_search(request.GET, district, now)
    today = timezone.localdate(now)
    first, understood = _asked(request.GET.get("m", ""), today)
    weeks = Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    lessons = _lessons(district, search, weeks, now)
    by_day: dict[date, list[Lesson]] = defaultdict(list)
    for lesson in lessons[:MOST_LESSONS]:
        by_day[lesson.day].append(lesson)
    day, day_understood = _day(request.GET.get("day", ""), weeks)
    lines = _lines_of({day: by_day[day]} if day else {key: rows[:MOST_OF_DAY] for key, rows in by_day.items()})
    before, after = _neighbour(first, -1, today), _neighbour(first, 1, today)
    ignored = [*search.ignored, *([] if understood else [_("Month")]), *([] if day_understood else [_("Day")])]
    return {
        **filters_of(request, search),
        "ignored": ignored,
        "month": first,
        "weekdays": range(7),
        "day": day,
        "day_lines": lines[day] if day else [],
        "month_address": address_with(request, day=""),
        "weeks": [[_cell(request, key, first, today, by_day[key], lines[key]) for key in week] for week in weeks],
        "previous": before,
        "next": after,
        "previous_address": address_with(request, m=f"{before:%Y-%m}", day="") if before else "",
        "list_address": address_with(request, m="", view="", day=""),
        "next_address": address_with(request, m=f"{after:%Y-%m}", day="") if after else "",
        "is_cut": len(lessons) > MOST_LESSONS,
        "has_today": first == today.replace(day=1),
        "is_empty": not any(rows and key.month == first.month for key, rows in by_day.items()),
    }


def _lessons(district: District, search: Search, weeks: list[list[date]], now: datetime) -> list[Lesson]:
    """The lessons of the weeks that fit, one more than a table carries where there are too many."""
    runs = CourseRun.objects.of(district).public().matching(conditions_of(search, now))
    lessons = Lesson.objects.of(district).public().filter(run__in=runs.order_by())
    return list(lessons.between(weeks[0][0], weeks[-1][-1]).with_facts()[: MOST_LESSONS + 1])


def _lines_of(by_day: dict[date, list[Lesson]]) -> dict[date, list[LessonLine]]:
    """The lines of all days, with one query for their words."""
    lines: dict[date, list[LessonLine]] = defaultdict(list)
    for line in lesson_lines(lesson for lessons in by_day.values() for lesson in lessons):
        lines[line.lesson.day].append(line)
    return lines


def _cell(
    request: HttpRequest, day: date, month: date, today: date, lessons: list[Lesson], lines: list[LessonLine]
) -> Day:
    more = max(len(lessons) - MOST_OF_DAY, 0)
    address = address_with(request, m=f"{month:%Y-%m}", day=day.isoformat()) if more else ""
    return Day(day, day.month == month.month, day == today, lines, more, address)


def _day(text: str, weeks: list[list[date]]) -> tuple[date | None, bool]:
    """The day of the table that was asked for, and whether what was asked makes sense."""
    shown = {day.isoformat(): day for week in weeks for day in week}
    return shown.get(text), not text or text in shown


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
