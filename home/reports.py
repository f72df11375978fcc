"""Reports about what the network does not know: requests, courses, pages. Registered with the network's own.

Numbers of requests come from the inbox as finished tables, in which small values are kept back already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from network.reports.registry import Column, Periods, Rows, Scope, Source, register
from portal.languages import SOURCE, complete_codes
from portal.models import District
from portal.pages import locale_id_of
from services.courses.models import CourseRun
from services.courses.vocabulary import CourseFamily, RunStatus
from services.directory.models import Municipality
from services.inbox import presentation, statistics
from services.inbox.list_permissions import can_see_statistics
from services.inbox.models import Case, MonthlyCount
from services.inbox.statistics import Quarter, Table
from services.pages.models import ServicePage

Numbers = Callable[[Any, Quarter, Any], Table]


def requests_by(numbers: Numbers, words: Callable[[District], Callable[[Any], str]]) -> Callable[[Scope], Rows]:
    """Rows of one of the inbox's statistics. Only offices count whose numbers the person may see there too."""

    def rows(scope: Scope) -> Rows:
        cases = Case.objects.numbered_for(scope.user).filter(district=scope.district)
        gone = MonthlyCount.objects.numbered_for(scope.user).filter(office__district=scope.district)
        table = numbers(cases, Quarter(scope.first_day.year, (scope.first_day.month + 2) // 3), gone)
        label = words(scope.district)
        lines = [(label(code) or _("not known"), count) for code, count in table.values.items()]
        # Those kept back last and by name, or their place would tell about their size.
        lines.sort(key=lambda line: (line[1] is None, -(line[1] or 0), line[0]))
        return [{"what": name, "count": count} for name, count in lines]

    return rows


def course_demand(scope: Scope) -> Rows:
    """Seats of runs that begin in the quarter against the people who have or want one, by kind of course."""
    runs = (
        CourseRun.objects.of(scope.district)
        .exclude(status=RunStatus.CANCELLED)
        .filter(starts_on__gte=scope.first_day, starts_on__lte=scope.last_day)
    )
    found: dict[str, Counter[str]] = {}
    for family, most, free, waiting in runs.values_list(
        "course__family", "capacity_max", "places_free", "waitlist_length"
    ):
        counted = found.setdefault(family, Counter())
        counted["runs"] += 1
        if most is not None and free is not None:  # of others nobody knows how many take part
            counted["seats"] += most
            counted["free"] += free
            counted["taken"] += most - free
        counted["waiting"] += waiting or 0
    for family, counted in sorted(found.items(), key=lambda pair: str(CourseFamily(pair[0]).label)):
        numbers = {name: counted[name] for name in ("runs", "seats", "taken", "free", "waiting")}
        yield {"family": CourseFamily(family).label, **numbers}


def freshness(scope: Scope) -> Rows:
    """Pages with their dates of checking and their languages, the most overdue first."""
    today = timezone.localtime(scope.at).date()
    root = scope.district.site.root_page
    pages = ServicePage.objects.live().descendant_of(root, inclusive=True).filter(locale_id=locale_id_of(SOURCE))
    keys = [page.translation_key for page in pages]
    there = set(
        Page.objects.filter(translation_key__in=keys, live=True, alias_of=None).values_list("translation_key", "locale")
    )
    rows = []
    for page in pages:
        late = (today - page.review_by).days if page.review_by else None
        missing = [code for code in complete_codes() if (page.translation_key, locale_id_of(code)) not in there]
        rows.append(
            {
                "page": page.title,
                "published": page.last_published_at,
                "checked": page.reviewed_on,
                "due": page.review_by,
                "late": max(0, late) if late is not None else _("no date"),
                "missing": ", ".join(missing),
            }
        )
    rows.sort(key=lambda row: (isinstance(row["late"], int), -row["late"] if isinstance(row["late"], int) else 0))
    return rows


def register_sources() -> None:
    """Add these reports to those of the network."""
    for source in (*REQUESTS, COURSES, FRESHNESS):
        register(source)


def _topics(district: District) -> Callable[[Any], str]:
    return lambda code: presentation.topic_names([code])[0] if code else ""


def _towns(district: District) -> Callable[[Any], str]:
    names = dict(Municipality.objects.of(district).values_list("pk", "name"))
    return lambda code: names.get(code, "")


def _languages(district: District) -> Callable[[Any], str]:
    return lambda code: presentation.language_name(code) if code else ""


def _may_see_numbers(user: Any, district: District) -> bool:
    return can_see_statistics(user)


def _about_requests(code: str, title: Any, what: Any, rows: Callable[[Scope], Rows]) -> Source:
    return Source(
        code,
        title,
        gettext_lazy("Numbers of the inbox, without any content. Small numbers are not shown."),
        (Column("what", what), Column("count", gettext_lazy("How many requests"), is_count=True)),
        rows,
        Periods.QUARTERS,
        makes_needs=True,
        may=_may_see_numbers,
    )


REQUESTS = (
    _about_requests(
        "requests-topic",
        gettext_lazy("Requests by topic"),
        gettext_lazy("Topic"),
        requests_by(statistics.by_topic, _topics),
    ),
    _about_requests(
        "requests-town",
        gettext_lazy("Requests by municipality"),
        gettext_lazy("Municipality"),
        requests_by(statistics.by_municipality, _towns),
    ),
    _about_requests(
        "requests-language",
        gettext_lazy("Requests by language"),
        gettext_lazy("Language"),
        requests_by(statistics.by_language, _languages),
    ),
)
COURSES = Source(
    "course-demand",
    gettext_lazy("Course demand and seats"),
    gettext_lazy("Seats of courses that begin in the quarter, and how many people have or want one."),
    (
        Column("family", gettext_lazy("Kind of course")),
        Column("runs", gettext_lazy("Course runs")),
        # Not people; but together with the free ones they tell how many are taken.
        Column("seats", gettext_lazy("Seats"), is_count=True, parts=("taken", "free")),
        Column("taken", gettext_lazy("Seats taken"), is_count=True),
        Column("free", gettext_lazy("Seats free"), is_count=True),
        Column("waiting", gettext_lazy("People waiting"), is_count=True),
    ),
    course_demand,
    Periods.QUARTERS,
    makes_needs=True,
)
FRESHNESS = Source(
    "freshness",
    gettext_lazy("Pages: how fresh they are"),
    gettext_lazy("When pages were checked last, which are overdue, and in which languages they are missing."),
    (
        Column("page", gettext_lazy("Page")),
        Column("published", gettext_lazy("Published")),
        Column("checked", gettext_lazy("Last checked on")),
        Column("due", gettext_lazy("Check again by")),
        Column("late", gettext_lazy("Days overdue")),
        Column("missing", gettext_lazy("Languages missing")),
    ),
    freshness,
    Periods.NOW,
)
