"""A course for search engines: schema.org Course with CourseInstance, as JSON-LD (handbook: domain §3.8)."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from portal.languages import SOURCE
from services.courses.pages import Words
from services.courses.vocabulary import BOOKABLE, Certificate, Level, Mode, RunStatus

_MODES = {Mode.ONSITE: "Onsite", Mode.ONLINE: "Online", Mode.HYBRID: "Blended"}
_EVENTS = {RunStatus.CANCELLED: "EventCancelled", RunStatus.POSTPONED: "EventPostponed"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What could end the script element or confuse a parser of HTML becomes an escape of JSON.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


def course_data(course: Any, cards: list[Any], words: Words | None, request: HttpRequest) -> SafeString:
    """The course and its runs as JSON that is safe inside a script element."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": request.build_absolute_uri(request.path),
        "name": words.title if words else str(course.get_family_display()),
        "description": (words.teaser if words else "") or str(course.get_family_display()),
        "courseCode": course.code,
        "inLanguage": SOURCE,
        "availableLanguage": course.languages,
        "educationalLevel": [str(Level(course.level_from).label), str(Level(course.level_to).label)],
        "provider": {"@type": "Organization", "name": course.provider.name},
        "hasCourseInstance": [_instance(card, request) for card in cards],
    }
    if course.provider.website:
        data["provider"]["url"] = course.provider.website
    if course.certificates:
        data["educationalCredentialAwarded"] = [str(Certificate(code).label) for code in course.certificates]
    if course.cost_total is not None:
        kind = "Free" if course.is_free else "Paid"
        data["offers"] = {"@type": "Offer", "category": kind, "price": str(course.cost_total), "priceCurrency": "EUR"}
    data["financialAidEligible"] = course.exemption
    text = json.dumps(data, ensure_ascii=False, sort_keys=True).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 - every character that HTML could act on is escaped above


def _instance(card: Any, request: HttpRequest) -> dict[str, Any]:
    run = card.run
    data: dict[str, Any] = {
        "@type": "CourseInstance",
        "@id": f"{request.build_absolute_uri(request.path)}#{run.code}",
        "courseMode": _MODES[Mode(run.mode)],
        "eventStatus": f"https://schema.org/{_EVENTS.get(RunStatus(run.status), 'EventScheduled')}",
        "inLanguage": SOURCE,
        "courseSchedule": [_schedule(rule) for rule in run.rules.all()],
    }
    if run.starts_on:
        data["startDate"] = run.starts_on.isoformat()
    if run.ends_on:
        data["endDate"] = run.ends_on.isoformat()
    if run.lessons_per_week:
        data["courseWorkload"] = f"PT{run.lessons_per_week * run.course.lesson_minutes}M"
    if run.capacity_max:
        data["maximumAttendeeCapacity"] = run.capacity_max
    if card.places.state in BOOKABLE and run.places_free is not None:
        data["remainingAttendeeCapacity"] = run.places_free
    if run.venue:
        data["location"] = _place(run.venue)
    return data


def _schedule(rule: Any) -> dict[str, Any]:
    return {
        "@type": "Schedule",
        "startDate": rule.first_day.isoformat(),
        "endDate": rule.last_day.isoformat(),
        "startTime": rule.starts.isoformat("minutes"),
        "endTime": rule.ends.isoformat("minutes"),
        "byDay": [f"https://schema.org/{_DAYS[day]}" for day in rule.weekdays],
        "repeatFrequency": f"P{rule.every_weeks}W",
        "scheduleTimezone": "Europe/Berlin",
    }


def _place(venue: Any) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": venue.street,
        "postalCode": venue.postcode,
        "addressLocality": venue.town,
        "addressCountry": "DE",
    }
    return {"@type": "Place", "name": venue.name, "address": {key: value for key, value in address.items() if value}}
