"""The demo's courses: facts from a file, lessons around the day of loading, some of them over a holiday.

Loading again brings providers, venues and courses up to date. A run that still has lessons four weeks ahead is left
alone with all that staff changed on it; one that is running out starts anew around today.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from home.demo.words import read
from portal.models import District
from services.courses.closures import Closures, closures_between
from services.courses.models import Closure, Course, CourseRun, Lesson, LessonRule, Provider, RunNote, Venue
from services.courses.vocabulary import LessonStatus
from services.directory.models import ContactPoint, Municipality

FACTS = Path(__file__).parent / "facts" / "courses.toml"
ADVICE = "course-advice"
"""Code of the contact point whom people ask about courses."""
FRESH_DAYS = 28
"""A run with lessons at least so far ahead is alive and left alone."""
OF_RULES = ("weekdays", "starts", "ends", "first_week", "last_week")
OF_LESSONS = ("cancel_next", "cancel_reason")


def key_of(slug: str) -> UUID:
    """The key of a course, which its page of words has as translation key."""
    return uuid5(NAMESPACE_URL, f"lotse:course:{slug}")


def load(district: District) -> None:
    """Bring the demo's courses up to date."""
    facts, now = read(FACTS), timezone.now()
    advice = ContactPoint.objects.of(district).filter(code=ADVICE).first()
    towns = {town.ags: town for town in Municipality.objects.of(district)}
    providers = {entry["code"]: _provider(district, entry, advice) for entry in facts["providers"]}
    venues = {entry["code"]: _venue(district, entry, towns) for entry in facts["venues"]}
    for entry in facts["closures"]:
        Closure.objects.update_or_create(
            district=district,
            venue=None,
            reason=entry["reason"],
            first_day=entry["first_day"],
            defaults={"last_day": entry["last_day"], "source": "Kultusministerium Baden-Württemberg"},
        )
    for entry in facts["courses"]:
        course = _course(district, entry, providers)
        for plan in entry["runs"]:
            if not _is_alive(course, plan, now):
                _begin(course, plan, venues, now)


def _is_alive(course: Course, plan: dict[str, Any], now: datetime) -> bool:
    lessons = Lesson.objects.filter(run__course=course, run__code=plan["code"])
    ahead = lessons.filter(utc_start__gte=now + timedelta(days=FRESH_DAYS)).exists()
    # A run that is to start in the future must not have begun.
    return ahead and (plan["first_week"] <= 0 or not lessons.filter(utc_start__lt=now).exists())


def _provider(district: District, entry: dict[str, Any], advice: ContactPoint | None) -> Provider:
    facts = {"name": entry["name"], "contact_point": advice, "is_example": entry["is_example"]}
    return Provider.objects.update_or_create(district=district, code=entry["code"], defaults=facts)[0]


def _venue(district: District, entry: dict[str, Any], towns: dict[str, Municipality]) -> Venue:
    facts = {name: value for name, value in entry.items() if name not in ("code", "ags")}
    facts |= {"municipality": towns.get(entry["ags"]), "is_example": True}
    return Venue.objects.update_or_create(district=district, code=entry["code"], defaults=facts)[0]


def _course(district: District, entry: dict[str, Any], providers: dict[str, Provider]) -> Course:
    facts = {name: value for name, value in entry.items() if name not in ("code", "runs")}
    facts |= {"provider": providers[entry["provider"]], "key": key_of(entry["code"])}
    return Course.objects.update_or_create(district=district, code=entry["code"], defaults=facts)[0]


def _begin(course: Course, plan: dict[str, Any], venues: dict[str, Venue], now: datetime) -> None:
    aside = {"code", "venue", "notes", "places_checked_days_ago", *OF_RULES, *OF_LESSONS}
    facts = {name: value for name, value in plan.items() if name not in aside}
    monday = timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    first, last = monday + timedelta(weeks=plan["first_week"]), monday + timedelta(weeks=plan["last_week"], days=6)
    facts |= {
        "course": course,
        "venue": venues[plan["venue"]],
        "starts_on": first,
        "ends_on": last,
        "places_updated_at": now - timedelta(days=plan["places_checked_days_ago"]),
    }
    run, _created = CourseRun.objects.update_or_create(district=course.district, code=plan["code"], defaults=facts)
    run.lessons.all().delete()
    run.rules.all().delete()
    rule = LessonRule.objects.create(
        run=run, first_day=first, last_day=last, **{name: plan[name] for name in ("weekdays", "starts", "ends")}
    )
    lessons = _lessons(
        run, rule, closures_between(course.district, first, last, venue_ids=[venues[plan["venue"]].pk]), now
    )
    _cancel(lessons, plan, now)
    Lesson.objects.bulk_create(lessons)
    held = [lesson.day for lesson in lessons if lesson.takes_place]
    CourseRun.objects.filter(pk=run.pk).update(starts_on=min(held), ends_on=max(held))
    for language, text in plan.get("notes", {}).items():
        RunNote.objects.update_or_create(run=run, language=language, defaults={"text": text})


def _lessons(run: CourseRun, rule: LessonRule, closed: Closures, now: datetime) -> list[Lesson]:
    lessons, day = [], rule.first_day
    while day <= rule.last_day:
        if day.weekday() in rule.weekdays:
            reason = closed.get(day, "")
            status = LessonStatus.SKIPPED if reason else LessonStatus.PLANNED
            lesson = Lesson(
                run=run,
                rule=rule,
                uid=_uid(run, day),
                day=day,
                starts=rule.starts,
                ends=rule.ends,
                status=status,
                reason=reason,
                changed_at=now,
            )
            lesson.derive()
            lessons.append(lesson)
        day += timedelta(days=1)
    return lessons


def _cancel(lessons: list[Lesson], plan: dict[str, Any], now: datetime) -> None:
    coming = [lesson for lesson in lessons if lesson.utc_start > now and lesson.takes_place]
    if wanted := plan.get("cancel_next"):
        lesson = coming[wanted - 1]
        lesson.status, lesson.reason, lesson.is_detached = LessonStatus.CANCELLED, plan["cancel_reason"], True
        lesson.sequence += 1


def _uid(run: CourseRun, day: date) -> UUID:
    return uuid5(NAMESPACE_URL, f"lotse:lesson:{run.code}:{day.isoformat()}")
