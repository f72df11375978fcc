"""Courses as JSON for other programs: every fact as a code, with its words in the language of the address.

`version` rises when a key changes its meaning or goes; new keys may come at any time.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from services.courses.cards import RunCard, state_of
from services.courses.models import Lesson
from services.courses.news import News, identity_of
from services.courses.times import plain
from services.courses.vocabulary import AccessRoute, Mode, PlacesState

VERSION = 1
PER_PAGE = 100


def json_of(news: News, base: str, page: int) -> bytes:
    """One page of the answer, with the address of the next. `base` is scheme and host; `page` counts from 1."""
    has_more = page * PER_PAGE < news.total
    query = urlencode({**news.search.asked, "page": str(page + 1)})
    data = {
        "version": VERSION,
        "language": get_language(),
        "filters": news.search.asked,
        "ignored": news.search.ignored,
        "total": news.total,
        "changed_at": _moment(news.changed_at),
        "next": f"{base}{reverse('courses_json')}?{query}" if has_more else None,
        "runs": [_run(card, news, base) for card in news.cards],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _run(card: RunCard, news: News, base: str) -> dict[str, Any]:
    run = card.run
    return {
        "id": str(identity_of(run)),
        "code": run.code,
        "url": f"{base}{card.url}#{run.code}",
        "title": card.title,
        "title_language": card.words.language.code if card.words else get_language(),
        "course": _course(run.course, card),
        "status": _code(run.status, card.status),
        "cancel_reason": _code(run.cancel_reason, run.get_cancel_reason_display()),
        "starts_on": _day(run.starts_on),
        "ends_on": _day(run.ends_on),
        "weekly": [_rule(rule, text) for rule, text in zip(run.rules.all(), card.weekly, strict=True)],
        "time_of_day": _code(run.time_of_day, run.get_time_of_day_display()),
        "lessons_per_week": run.lessons_per_week,
        "mode": _code(run.mode, run.get_mode_display()),
        "venue": _venue(run) if run.venue and run.mode != Mode.ONLINE else None,
        "places": {
            **(_code(card.places.state, card.places.label) or {}),
            "free": run.places_free if card.places.state in (PlacesState.FREE, PlacesState.FEW) else None,
            "checked_at": _moment(run.places_updated_at),
        },
        "entry": _code(run.entry, run.get_entry_display()),
        "register_from": _day(run.register_from),
        "register_until": _day(run.register_until),
        "placement_test": _code(run.placement_test, run.get_placement_test_display()),
        "childcare": _code(run.childcare, run.get_childcare_display()),
        "women_only": run.women_only,
        "changed_at": _moment(news.moments[run.pk]),
        "lessons": [_lesson(lesson) for lesson in news.lessons.get(run.pk, [])],
    }


def _course(course: Any, card: RunCard) -> dict[str, Any]:
    return {
        "code": course.code,
        "family": _code(course.family, course.get_family_display()),
        "provider": course.provider.name,
        "level_from": course.level_from,
        "level_to": course.level_to,
        "levels": plain(card.levels),
        "literacy": _code(course.literacy, course.get_literacy_display()),
        "access_routes": [_code(code, AccessRoute(code).label) for code in course.access_routes],
        "certificates": course.certificates,
        "languages": course.languages,
        "lessons_total": course.lessons_total,
        "lesson_minutes": course.lesson_minutes,
        "cost_total": None if course.cost_total is None else str(course.cost_total),
        "free_on_application": course.exemption,
    }


def _venue(run: Any) -> dict[str, Any]:
    town = run.venue.municipality
    return {
        "name": run.venue.name,
        "street": run.venue.street,
        "postcode": run.venue.postcode,
        "town": run.venue.town,
        "ags": town.ags if town else None,
        "room": run.room,
    }


def _rule(rule: Any, text: Any) -> dict[str, Any]:
    return {
        "weekdays": rule.weekdays,
        "starts": rule.starts.isoformat("minutes"),
        "ends": rule.ends.isoformat("minutes"),
        "every_weeks": rule.every_weeks,
        "text": plain(text),
    }


def _lesson(lesson: Lesson) -> dict[str, Any]:
    return {
        "uid": str(lesson.uid),
        "starts_at": lesson.local_start.isoformat(timespec="minutes"),
        "ends_at": lesson.local_end.isoformat(timespec="minutes"),
        "zone": lesson.zone,
        "status": lesson.status,
        "reason": lesson.reason or None,
        "text": state_of(lesson),
        "sequence": lesson.sequence,
    }


def _code(code: str, label: Any) -> dict[str, str] | None:
    return {"code": str(code), "label": str(label)} if code else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z") if at else None
