"""Finding a course: from what stands in the address to the runs that fit, the nearest first.

Pure except for two small reads (municipalities, kinds of course that exist). The address carries codes, so a
filtered list, its calendar feed and a link in a message stay the same in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.http import QueryDict
from django.utils import timezone

from portal.models import District
from services.courses.forms import FindForm
from services.courses.models import CourseRun
from services.courses.vocabulary import (
    BOOKABLE,
    LEARNER_BANDS,
    START_WITHIN_DAYS,
    AccessRoute,
    Childcare,
    Entry,
    Literacy,
    RunStatus,
    StartWish,
    levels_from,
    levels_upto,
)
from services.directory.models import Municipality

EARTH_KM = 6371.0
ONLINE_KM = 0.5
"""Online lessons are reachable from everywhere; they come right after those in one's own town."""
ASK_AFTER_DAYS = 30
"""Days after which a number of free places is no longer shown as such (handbook: domain §3.6)."""
UNKNOWN_AFTER_DAYS = 60
"""Days after which a run no longer counts as one with free places."""


@dataclass(frozen=True)
class Search:
    """What a person looks for: `wishes` by field name, the `form` to show, and the fields that made no sense."""

    form: FindForm
    wishes: dict[str, Any]
    ignored: list[str]
    place: Municipality | None = None
    """The municipality a person lives in."""
    kilometres: dict[int, float] = field(default_factory=dict)
    """Distance of each municipality's centre from the chosen one, by primary key."""

    @property
    def asked(self) -> dict[str, str]:
        """The wishes as they stand in an address."""
        return {name: "1" if value is True else value for name, value in self.wishes.items()}


def read_search(query: QueryDict, district: District, at: datetime) -> Search:
    """Understand a query string. Never raises: what makes no sense is left out and listed in `ignored`."""
    places = list(Municipality.objects.of(district))
    runs = CourseRun.objects.of(district).listed(at)
    families = list(runs.order_by().values_list("course__family", flat=True).distinct())
    asked = FindForm(query, places=places, families=families)
    ignored = [str(asked.fields[name].label) for name in asked.errors if name in asked.fields]
    wishes = {name: value for name, value in asked.cleaned_data.items() if value}
    if "within" in wishes and "place" not in wishes:
        del wishes["within"]
    place = next((town for town in places if town.ags == wishes.get("place")), None)
    form = FindForm(initial=wishes, places=places, families=families)
    return Search(form, wishes, ignored, place, distances_from(place, places) if place else {})


def distances_from(place: Municipality, others: list[Municipality]) -> dict[int, float]:
    """Kilometres as the crow flies between centres, by primary key (haversine formula)."""
    return {other.pk: kilometres(place, other) for other in others}


def kilometres(one: Municipality, other: Municipality) -> float:
    """Distance of two municipalities' centres on the globe."""
    lat, other_lat = radians(float(one.latitude)), radians(float(other.latitude))
    half_lat, half_lng = (other_lat - lat) / 2, radians(float(other.longitude - one.longitude)) / 2
    return 2 * EARTH_KM * asin(sqrt(sin(half_lat) ** 2 + cos(lat) * cos(other_lat) * sin(half_lng) ** 2))


def conditions_of(search: Search, at: datetime) -> dict[str, Q]:
    """One condition on runs for each wish that excludes something."""
    wishes = search.wishes
    return {name: means(wishes[name], search, at) for name, means in _MEANINGS.items() if name in wishes}


def open_to(routes: Iterable[str]) -> Q:
    """Runs of courses that people with one of these access routes may take; those open to all are among them."""
    condition = Q()
    for route in dict.fromkeys([*routes, AccessRoute.OPEN.value]):
        # As text, because not every database can look into a list of JSON. Codes hold no quotation marks.
        condition |= Q(Contains(Cast("course__access_routes", TextField()), f'"{route}"'))
    return condition


def days_since(moment: datetime, at: datetime) -> int:
    """Days of the wall between two moments, so that a change of the clocks makes nothing older."""
    return (timezone.localdate(at) - timezone.localdate(moment)).days


def runs_for(search: Search, district: District, at: datetime) -> Any:
    """The runs that meet all wishes, in the order to read them."""
    runs = CourseRun.objects.of(district).listed(at).matching(conditions_of(search, at))
    return ordered(runs, search, at)


def alternatives_for(search: Search, district: District, at: datetime, most: int = 3) -> list[tuple[Any, list[str]]]:
    """Where nothing fits: the runs that meet most wishes, each with the labels of the wishes it does not meet."""
    conditions = conditions_of(search, at)
    runs = CourseRun.objects.of(district).listed(at).exclude(status=RunStatus.CANCELLED).with_facts()
    if not conditions:
        return []
    nearest = ordered(runs.nearly_matching(conditions), search, at, "-score")[:most]
    labels = search.form.fields
    return [
        (run, [str(labels[name].label) for name in conditions if not getattr(run, f"meets_{name}")]) for run in nearest
    ]


def ordered(runs: Any, search: Search, at: datetime, *first: str) -> Any:
    """Runs in the order to read them: `first`, then the nearest where a place is known."""
    if not search.place:
        return runs.in_reading_order(at, *first)
    return runs.with_distance(search.kilometres, ONLINE_KM).in_reading_order(at, *first, "km")


def _within(wish: str, search: Search) -> Q:
    near = [pk for pk, km in search.kilometres.items() if km <= int(wish)]
    return Q(venue__municipality_id__in=near) | Q(mode="online")


def _welcome(wish: str) -> Q:
    welcome = [Literacy.NONE] if wish == Literacy.NONE else [Literacy.NONE, Literacy.OTHER_SCRIPT]
    return Q(course__literacy__in=welcome)


def _with_free_places(at: datetime) -> Q:
    oldest = timezone.localdate(at) - timedelta(days=UNKNOWN_AFTER_DAYS)
    fresh = timezone.make_aware(datetime.combine(oldest, time.min))
    return Q(places_state__in=BOOKABLE, places_updated_at__gte=fresh) & ~Q(status=RunStatus.CANCELLED)


def _starting(wish: str, at: datetime) -> Q:
    today = timezone.localdate(at)
    if wish == StartWish.NOW:
        return Q(starts_on__lte=today) & ~Q(entry=Entry.START) & ~Q(status=RunStatus.CANCELLED)
    if wish == StartWish.LATER:
        return Q(starts_on=None) | Q(starts_on__gt=today + timedelta(days=START_WITHIN_DAYS[StartWish.QUARTER]))
    return Q(starts_on__gte=today, starts_on__lte=today + timedelta(days=START_WITHIN_DAYS[StartWish(wish)]))


def _at_level(wish: str) -> Q:
    condition = Q()
    for level in LEARNER_BANDS[wish]:
        condition |= Q(course__level_from__in=levels_upto(level), course__level_to__in=levels_from(level))
    return condition


_MEANINGS: dict[str, Callable[[Any, Search, datetime], Q]] = {
    "within": lambda wish, search, _at: _within(wish, search),
    "level": lambda wish, _search, _at: _at_level(wish),
    "time": lambda wish, _search, _at: Q(time_of_day=wish),
    "start": lambda wish, _search, at: _starting(wish, at),
    "literacy": lambda wish, _search, _at: _welcome(wish),
    "family": lambda wish, _search, _at: Q(course__family=wish),
    "route": lambda wish, _search, _at: open_to([wish]),
    "free": lambda _wish, _search, at: _with_free_places(at),
    "childcare": lambda _wish, _search, _at: ~Q(childcare=Childcare.NONE),
    "women": lambda _wish, _search, _at: Q(women_only=True),
    "online": lambda _wish, _search, _at: Q(mode__in=["online", "hybrid"]),
}
"""What each wish of the form means for runs; a place alone excludes nothing, it only orders."""
