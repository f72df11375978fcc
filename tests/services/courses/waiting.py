"""People who wait for a course, for the tests of the planning."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Permission

from portal.models import User
from services.courses.interest_actions import register_interest
from services.courses.models import CourseInterest
from services.courses.seat_people import Person, ensure_course_key
from tests.cast import Cast
from tests.services.courses.factories import FURTWANGEN


def waits(cast: Cast, name: str = "", town: str | None = FURTWANGEN, **wishes: Any) -> CourseInterest:
    """Somebody at B1 who lives in Furtwangen and can be reached by mail."""
    ensure_course_key(cast.district)
    name = name or uuid4().hex[:8]
    contact = {"email": f"{name}@example.org"} if not wishes.pop("phone", "") else {"phone": "+49 30 23125 007"}
    facts = {"language": "ar", "level": "B1", "municipality": cast.towns[town] if town else None, **wishes}
    person = Person(name=f"Kanarienvogel {name}", **contact)
    return register_interest(district=cast.district, person=person, once=uuid4().hex, **facts)[0]


def planner(user: User) -> User:
    """With the right to plan courses and to enter the admin."""
    user.user_permissions.add(
        Permission.objects.get(codename="plan_courses"),
        Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"),
    )
    return User.objects.get(pk=user.pk)
