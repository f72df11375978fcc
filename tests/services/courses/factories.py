"""Courses for tests: an evening course in Furtwangen whose facts each test changes where it matters."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import Locale

from home.roles import ROLES
from portal.models import User
from portal.pages import locale_id_of
from services.courses.models import Course, CourseIndexPage, CoursePage, CourseRun, Lesson, LessonRule, Provider, Venue
from services.directory.models import ContactPoint
from tests.cast import Cast

FURTWANGEN, DONAUESCHINGEN, VILLINGEN, KOENIGSFELD = "08326017", "08326012", "08326074", "08326031"
GOALS = "<p>Sie sprechen mit <b>Ärzten</b>.</p>"


def provider(cast: Cast, code: str = "vhs", **facts: Any) -> Provider:
    """A provider with a contact point at the coordination office."""
    point, _created = ContactPoint.objects.get_or_create(
        code=f"kurse-{code}",
        defaults={"office": cast.offices["KOORD"], "name": "Kursberatung", "phone": "+49 30 23125 001"},
    )
    facts = {"name": "Volkshochschule", "contact_point": point, **facts}
    return Provider.objects.get_or_create(district=cast.district, code=code, defaults=facts)[0]


def venue(cast: Cast, ags: str = FURTWANGEN, **facts: Any) -> Venue:
    """A house in one of the four towns."""
    town = cast.towns[ags]
    facts = {
        "name": "Haus der Bildung",
        "street": "Hauptstraße 1",
        "postcode": town.postcodes[0],
        "town": town.name,
        "municipality": town,
        **facts,
    }
    return Venue.objects.get_or_create(district=cast.district, code=facts.pop("code", f"haus-{ags}"), defaults=facts)[0]


def course(cast: Cast, code: str = "abendkurs-b1", **facts: Any) -> Course:
    """A free evening course from A2.2 to B1.2."""
    facts = {"family": "VWV_ADV", "level_from": "A2.2", "level_to": "B1.2", "cost_total": 0, **facts}
    facts.setdefault("provider", provider(cast))
    return Course.objects.create(district=cast.district, code=code, **facts)


def run(
    cast: Cast, code: str = "abendkurs-b1-1", of: Course | None = None, town: str = FURTWANGEN, **facts: Any
) -> CourseRun:
    """A confirmed evening run in Furtwangen that starts next week, with five free places counted today."""
    today = timezone.localdate()
    facts = {
        "status": "confirmed",
        "starts_on": today + timedelta(days=7),
        "ends_on": today + timedelta(days=90),
        "time_of_day": "evening",
        "capacity_max": 16,
        "places_state": "few",
        "places_free": 5,
        "places_updated_at": timezone.now(),
        **facts,
    }
    if facts.get("mode") != "online":
        facts.setdefault("venue", venue(cast, town))
    return CourseRun.objects.create(course=of or course(cast, code.rsplit("-", 1)[0]), code=code, **facts)


def lesson(of: CourseRun, day: date | None = None, **facts: Any) -> Lesson:
    """A lesson from 18:00 to 20:30, in two days if not said otherwise."""
    facts = {"starts": time(18), "ends": time(20, 30), "changed_at": datetime(2026, 1, 1, tzinfo=UTC), **facts}
    return Lesson.objects.create(run=of, day=day or timezone.localdate() + timedelta(days=2), **facts)


def rule(of: CourseRun, first: date, last: date, weekdays: list[int] | None = None, **facts: Any) -> LessonRule:
    """A saved rule: Mondays from 18:00 to 20:30 if not said otherwise."""
    facts = {"weekdays": weekdays or [0], "starts": time(18), "ends": time(20, 30), **facts}
    return LessonRule.objects.create(run=of, first_day=first, last_day=last, **facts)


def finder(cast: Cast, **words: Any) -> CourseIndexPage:
    """The live German course finder."""
    page = CourseIndexPage(title="Deutschkurse finden", slug="courses", teaser="Kurse", **words)
    return _published(cast.home, page)


def words(index: CourseIndexPage, of: Course, title: str = "Abendkurs B1 in Furtwangen", **texts: Any) -> CoursePage:
    """The live German page about a course."""
    texts = {"intro": "<p>Am Abend Deutsch lernen.</p>", "goals": GOALS, "teaser": "Für Erwachsene.", **texts}
    page = CoursePage(title=title, slug=of.code, translation_key=of.key, **texts)
    return _published(index, page)


def in_language(page: Any, code: str, **words_there: Any) -> Any:
    """The live page in another language, with words of its own."""
    locale = Locale.objects.get(language_code=code)
    copy = page.copy_for_translation(locale, copy_parents=True)
    for name, value in words_there.items():
        setattr(copy, name, value)
    copy.alias_of = None
    copy.live = True
    copy.save()
    parent = copy.get_parent()
    while parent.depth > 1 and not parent.live:
        type(parent).objects.filter(pk=parent.pk).update(live=True, alias_of=None)
        parent = parent.get_parent()
    return copy


def course_staff(user: User) -> User:
    """Put a person into a group with the rights of course staff; returns them with these rights."""
    group, _created = Group.objects.get_or_create(name="Sprachkurse")
    for label in ROLES["Sprachkurse"]["permissions"]:
        app, codename = label.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    user.groups.add(group)
    return User.objects.get(pk=user.pk)


def admin_visitor(user: User) -> User:
    """Let a person into the admin without any right to courses."""
    user.user_permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    return User.objects.get(pk=user.pk)


def _published(parent: Any, page: Any) -> Any:
    page.locale_id = locale_id_of("de")
    parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)
