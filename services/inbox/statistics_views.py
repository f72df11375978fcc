"""The statistics of the inbox as a page and as CSV: numbers for people who lead an office and for the coordination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.tables import as_file
from services.directory.models import Municipality, Office
from services.inbox import presentation, statistics
from services.inbox.form_names import form_titles
from services.inbox.list_permissions import can_coordinate, can_see_statistics
from services.inbox.list_views import home_crumb, inbox_crumb, user_of
from services.inbox.models import Case, MonthlyCount
from services.inbox.permissions import can_use_inbox
from services.inbox.statistics import Quarter, Table

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.querysets import CaseQuerySet
    from services.inbox.retention_querysets import MonthlyCountQuerySet

QUARTERS = 8
"""Quarters to choose from, this one included."""


@dataclass(frozen=True)
class Line:
    """One line of a chart: its words, the number (None: kept back) and the length of its bar in per cent."""

    label: str
    count: int | None
    share: int

    @property
    def words(self) -> str:
        return _number(self.count)


@dataclass(frozen=True)
class Chart:
    """One table with bars. `note` says what one has to know to read it."""

    key: str
    title: str
    lines: list[Line]
    total: int | None
    note: str = ""

    @property
    def total_words(self) -> str:
        return _number(self.total)


@require_safe
def inbox_statistics(request: HttpRequest) -> HttpResponse:
    """Numbers of one quarter. Nothing leads from here to a case."""
    if not can_see_statistics(request.user):
        raise PermissionDenied
    user, now = user_of(request), timezone.now()
    quarters = statistics.last_quarters(now, QUARTERS)
    quarter = next((one for one in quarters if one.code == request.GET.get("quarter")), quarters[0])
    scopes = _scopes(user)
    scope = request.GET.get("of", "")
    scope = scope if scope in dict(scopes) else scopes[0][0]
    cases, gone = _cases(user, scope)
    charts = _charts(cases, gone, quarter, quarters, now, many=scope == "all")
    waiting = statistics.waiting(cases, quarter)
    if request.GET.get("format") == "csv":
        return _csv(charts, waiting, quarter)
    crumbs = [home_crumb(), inbox_crumb()] if can_use_inbox(user) else [home_crumb()]
    context = {
        "header_title": _("Statistics"),
        "header_icon": "history",
        "breadcrumbs_items": [*crumbs, {"url": "", "label": _("Statistics")}],
        "quarters": [(one.code, quarter_words(one)) for one in quarters],
        "quarter": quarter,
        "scopes": scopes,
        "scope": scope,
        "received": _number(statistics.received(cases, quarter, gone)),
        "some_erased": statistics.erased(gone, quarter) > 0,
        "waiting": _waiting_words(waiting),
        "charts": charts,
        "most": statistics.FEWEST - 1,
        "sees_cases": can_use_inbox(user),
    }
    return render(request, "services/inbox/staff_statistics.html", context)


def quarter_words(quarter: Quarter) -> str:
    """A quarter as people say it."""
    return _("Quarter {number} of {year}").format(number=quarter.number, year=quarter.year)


def _scopes(user: User) -> list[tuple[str, str]]:
    """What this person may choose: everything they may see numbers of, or one office that they lead."""
    led = [(str(office.pk), office.name) for office in Office.objects.led_by(user).order_by("name")]
    if can_coordinate(user):
        return [("all", _("The whole district")), *led]
    return led if len(led) == 1 else [("all", _("All my offices")), *led]


def _cases(user: User, scope: str) -> tuple[CaseQuerySet, MonthlyCountQuerySet]:
    """The cases that are counted, and the counts that were kept of those erased."""
    cases, gone = Case.objects.numbered_for(user), MonthlyCount.objects.numbered_for(user)
    return (cases, gone) if scope == "all" else (cases.filter(office=scope), gone.filter(office=scope))


def _charts(
    cases: CaseQuerySet,
    gone: MonthlyCountQuerySet,
    quarter: Quarter,
    quarters: list[Quarter],
    now: datetime,
    *,
    many: bool,
) -> list[Chart]:
    several = _("A request with several topics counts once for each.")
    numbers = (cases, quarter, gone)
    forms = statistics.by_form(*numbers)
    charts = [
        _chart("topic", _("Topics"), statistics.by_topic(*numbers), _topic, note=several, total=False),
        _chart("municipality", _("Municipalities"), statistics.by_municipality(*numbers), _town_names().get),
        _chart("language", _("Languages"), statistics.by_language(*numbers), presentation.language_name),
        _chart("channel", _("Way"), statistics.by_channel(*numbers), _channel),
        _chart("form", _("Forms"), forms, form_titles(forms.values).get),
    ]
    if many:
        names = dict(Office.objects.values_list("pk", "name"))
        charts.append(_chart("office", _("Offices"), statistics.by_office(*numbers), names.get))
    charts.append(
        _chart("age", _("Open requests by age"), statistics.open_by_age(cases, now), _age, sort=False, note=_("Today."))
    )
    months = statistics.by_month(cases, reversed(quarters), gone)
    today = timezone.localtime(now).date()
    pairs = [pair for table in months.values() for pair in table.values.items()]
    merged = {month: count for month, count in pairs if month <= today}
    charts.append(_chart("month", _("Received by month"), Table(merged, None), _month, sort=False, total=False))
    return charts


def _chart(
    key: str, title: str, table: Table, label: Any, *, note: str = "", sort: bool = True, total: bool = True
) -> Chart:
    rows = list(table.values.items())
    if sort:  # those kept back last and by name, or their place would tell about their size
        rows.sort(key=lambda row: (row[1] is None, -(row[1] or 0), str(label(row[0]) or "")))
    largest = max([count or 0 for _code, count in rows], default=0) or 1
    lines = [
        Line(str(label(code) or _("not known")), count, round(100 * (count or 0) / largest)) for code, count in rows
    ]
    return Chart(key, title, lines, table.total if total else None, note)


def _topic(code: str) -> str:
    return presentation.topic_names([code])[0] if code else ""


def _channel(assisted: bool) -> str:
    return _("with a helper") if assisted else _("form")


def _age(days: int | None) -> str:
    if days is None:
        return _("older")
    return ngettext("up to {count} day", "up to {count} days", days).format(count=days)


def _month(first: Any) -> str:
    return date_format(first, "F Y")


def _town_names() -> dict[Any, str]:
    return dict(Municipality.objects.values_list("pk", "name"))


def _waiting_words(waiting: statistics.Waiting) -> dict[str, Any]:
    return {
        "unanswered": _number(waiting.unanswered),
        "median": _duration(waiting.median),
        "nine_of_ten": _duration(waiting.nine_of_ten),
    }


def _number(count: int | None) -> str:
    return _("not shown") if count is None else str(number_format(count, force_grouping=True))


def _duration(hours: float | None) -> str:
    """Hours up to two days, then days with one decimal."""
    if hours is None:
        return ""
    if hours < 48:
        whole = max(1, round(hours))
        return ngettext("{count} hour", "{count} hours", whole).format(count=whole)
    return _("{count} days").format(count=number_format(hours / 24, 1))


def _csv(charts: list[Chart], waiting: statistics.Waiting, quarter: Quarter) -> HttpResponse:
    kept = _("not shown")
    rows: list[list[Any]] = [
        [chart.title, line.label, kept if line.count is None else line.count]
        for chart in charts
        for line in chart.lines
    ]
    title = _("Time to the first answer, in hours")
    for label, hours in ((_("Half of them within"), waiting.median), (_("Nine of ten within"), waiting.nine_of_ten)):
        rows.append([title, label, kept if hours is None else round(hours, 1)])
    headings = [quarter_words(quarter), _("What"), _("Number")]
    return as_file("csv", f"lotse-{quarter.code}", ["table", "row", "count"], headings, rows)
