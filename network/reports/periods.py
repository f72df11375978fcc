"""For which days a report is made: rules such as "last month", so that a template fits every month."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    """How the period follows from the day on which a report is made."""

    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_QUARTER = "this_quarter", _("This quarter")
    LAST_QUARTER = "last_quarter", _("Last quarter")
    THIS_YEAR = "this_year", _("This year")
    LAST_YEAR = "last_year", _("Last year")
    FIXED = "fixed", _("From day to day")
    NOW = "now", _("As it stands today")


IN_QUARTERS = (Rule.THIS_QUARTER, Rule.LAST_QUARTER, Rule.THIS_YEAR, Rule.LAST_YEAR)
"""Rules whose periods are made of whole quarters."""

Days = tuple[date, date]
"""First and last day, both included."""


def days_of(rule: str, today: date, fixed: tuple[date | None, date | None] = (None, None)) -> Days:
    """The period of a rule on a day. Raises `ValueError` for fixed days that are missing or in the wrong order."""
    month = today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    match rule:
        case Rule.THIS_MONTH:
            return month, _before(_month_after(month))
        case Rule.LAST_MONTH:
            return _before(month).replace(day=1), _before(month)
        case Rule.THIS_QUARTER:
            return quarters_between(quarter, today)[0]
        case Rule.LAST_QUARTER:
            end = _before(quarter)
            return date(end.year, end.month - 2, 1), end
        case Rule.THIS_YEAR | Rule.LAST_YEAR:
            year = today.year - (rule == Rule.LAST_YEAR)
            return date(year, 1, 1), date(year, 12, 31)
        case Rule.FIXED:
            first, last = fixed
            if first is None or last is None or last < first:
                raise ValueError("no period")
            return first, last
    return today, today


def quarters_between(first_day: date, last_day: date) -> list[Days]:
    """The whole quarters that touch a period, oldest first."""
    found = []
    start = date(first_day.year, 3 * ((first_day.month - 1) // 3) + 1, 1)
    while start <= last_day:
        following = date(start.year + start.month // 10, (start.month + 3 - 1) % 12 + 1, 1)
        found.append((start, _before(following)))
        start = following
    return found


def _month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _before(day: date) -> date:
    return day - timedelta(days=1)
