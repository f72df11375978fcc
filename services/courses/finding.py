"""Finding a course: from what stands in the address to the runs that fit, the nearest first.

Pure except for two small reads (municipalities, kinds of course that exist). The address carries codes, so a
filtered list, its calendar feed and a link in a message stay the same in every language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from portal.models import District
from services.courses.forms import FindForm
from services.courses.models import CourseRun
from services.courses.vocabulary import (
    BOOKABLE,
    LEARNER_BANDS,
    Childcare,
    Literacy,
    RunStatus,
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
    wishes, found = search.wishes, {}
    if "within" in wishes:
        near = [pk for pk, km in search.kilometres.items() if km <= int(wishes["within"])]
        found["within"] = Q(venue__municipality_id__in=near) | Q(mode="online")
    if "level" in wishes:
        found["level"] = _at_level(wishes["level"])
    if "time" in wishes:
        found["time"] = Q(time_of_day=wishes["time"])
    if "literacy" in wishes:
        welcome = [Literacy.NONE] if wishes["literacy"] == Literacy.NONE else [Literacy.NONE, Literacy.OTHER_SCRIPT]
        found["literacy"] = Q(course__literacy__in=welcome)
    if "family" in wishes:
        found["family"] = Q(course__family=wishes["family"])
    if "free" in wishes:
        fresh = at - timedelta(days=UNKNOWN_AFTER_DAYS)
        found["free"] = Q(places_state__in=BOOKABLE, places_updated_at__gte=fresh) & ~Q(status=RunStatus.CANCELLED)
    if "childcare" in wishes:
        found["childcare"] = ~Q(childcare=Childcare.NONE)
    if "women" in wishes:
        found["women"] = Q(women_only=True)
    if "online" in wishes:
        found["online"] = Q(mode__in=["online", "hybrid"])
    return found


def runs_for(search: Search, district: District, at: datetime) -> Any:
    """The runs that meet all wishes, in the order to read them."""
    runs = CourseRun.objects.of(district).listed(at).matching(conditions_of(search, at))
    return _ordered(runs, search, at)


def alternatives_for(search: Search, district: District, at: datetime, most: int = 3) -> list[tuple[Any, list[str]]]:
    """Where nothing fits: the runs that meet most wishes, each with the labels of the wishes it does not meet."""
    conditions = conditions_of(search, at)
    runs = CourseRun.objects.of(district).listed(at).exclude(status=RunStatus.CANCELLED).with_facts()
    if not conditions:
        return []
    ordered = _ordered(runs.nearly_matching(conditions), search, at, "-score")[:most]
    labels = search.form.fields
    return [
        (run, [str(labels[name].label) for name in conditions if not getattr(run, f"meets_{name}")]) for run in ordered
    ]


def _ordered(runs: Any, search: Search, at: datetime, *first: str) -> Any:
    if not search.place:
        return runs.in_reading_order(at, *first)
    return runs.with_distance(search.kilometres, ONLINE_KM).in_reading_order(at, *first, "km")


def _at_level(wish: str) -> Q:
    condition = Q()
    for level in LEARNER_BANDS[wish]:
        condition |= Q(course__level_from__in=levels_upto(level), course__level_to__in=levels_from(level))
    return condition
