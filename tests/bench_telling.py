"""How long a cancellation takes that concerns 500 people in 20 languages: `pytest tests/bench_telling.py -s`."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from portal.languages import LANGUAGES
from portal.models import OutboxMessage
from services.courses import actions, notifications
from services.courses.concerned import Concerned
from tests.services.courses import factories as make

PEOPLE = 500


@pytest.mark.django_db
def test_five_hundred_people(portal, monkeypatch):
    people = [
        Concerned(f"person{n}@example.org", LANGUAGES[n % 20].code, "subscription", f"/stop/{n}/")
        for n in range(PEOPLE)
    ]
    monkeypatch.setattr(notifications, "concerned_by", lambda run: iter(people))
    karin, run = make.course_staff(portal.tarik), make.run(portal)
    for week in range(40):
        make.lesson(run, timezone.localdate() + timedelta(days=2, weeks=week))
    for entry in LANGUAGES:  # a server knows its catalogues and addresses already
        with translation.override(entry.code):
            reverse("courses_feed")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        began = time.perf_counter()
        actions.cancel_run(run=run, reason="too_few", user=karin)
        took = time.perf_counter() - began
    assert OutboxMessage.objects.count() == PEOPLE
    print(f"\n{PEOPLE} people told in {took:.2f} s, {len(asked)} queries")
