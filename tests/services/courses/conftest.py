"""The subject's tests match its refusals in English; pages speak the language of their address all the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from tests.services.courses import factories as make


@pytest.fixture(autouse=True)
def _refusals_in_english(_nothing_remembered):
    """After the language of all tests is set, English is spoken around every call that is no request."""
    with translation.override("en"):
        yield


@pytest.fixture
def finder(portal):
    return make.finder(portal)


@pytest.fixture
def amira(finder, client):
    """Opens the list with a query and says which runs she sees, in their order."""

    def look(query: str = "", code: str = "en") -> list[str]:
        response = client.get(f"/{code}/courses/{query and '?'}{query}")
        assert response.status_code == 200
        look.response, look.text = response, response.content.decode()
        return re.findall(r'<article class="card" id="([^"]+)"', look.text)

    return look


@pytest.fixture
def offers(portal):
    """Three courses that differ in everything one can ask for."""
    days = timezone.localdate() + timedelta(days=10)
    alpha = make.course(portal, "alpha", family="ALPHA_CAFE", level_from="A0", level_to="alpha-2", literacy="none")
    second = make.course(
        portal, "second", family="IK_SECOND_SCRIPT", level_from="A1.1", level_to="B1.2", literacy="other"
    )
    evening = make.course(portal, "evening")
    make.run(
        portal,
        "alpha-1",
        alpha,
        make.DONAUESCHINGEN,
        time_of_day="morning",
        childcare="onsite",
        women_only=True,
        places_state="waitlist",
        places_free=None,
        starts_on=days,
    )
    make.run(
        portal,
        "second-1",
        second,
        make.VILLINGEN,
        time_of_day="afternoon",
        childcare="on_request",
        places_state="free",
        places_free=9,
        starts_on=days + timedelta(days=1),
    )
    make.run(portal, "evening-1", evening, make.FURTWANGEN, starts_on=days + timedelta(days=2))
    make.run(
        portal,
        "online-1",
        make.course(portal, "online", family="DIGITAL", level_from="A1.1", level_to="B2.2"),
        mode="online",
        time_of_day="weekend",
        places_state="full",
        places_free=0,
        starts_on=days + timedelta(days=3),
    )
