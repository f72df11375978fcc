"""Times a feed of 2 000 lessons, uncached, in a database of its own: what issue 5 limits to 300 ms.

    python tests/bench_feeds.py

The whole way of a request through Django, with the client of the tests; the server's memory of pages is in front of
that and not asked. Quote medians; the machine may be shared.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import time as clock
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LESSONS, RUNS, ROUNDS = 2000, 50, 15


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(LOTSE_VAR=folder, DJANGO_SETTINGS_MODULE="portal.settings.test")
        os.chdir(folder)
        import django

        django.setup()
        from django.test.runner import DiscoverRunner

        runner = DiscoverRunner(verbosity=0, interactive=False)
        databases = runner.setup_databases()
        try:
            fill()
            print(f"{'feed of 2 000 lessons, uncached':<34}{'bytes':>9}{'p50 ms':>9}{'p95 ms':>9}")
            for language in ("de", "ar"):
                print(row(language), flush=True)
        finally:
            runner.teardown_databases(databases)
    return 0


def fill() -> None:
    """Fifty runs with forty lessons each, one in ten cancelled."""
    from django.utils import timezone

    from services.courses.models import Lesson
    from tests.cast import found_portal
    from tests.services.courses import factories as make

    portal, finder, lessons = found_portal(), None, []
    for number in range(RUNS):
        run = make.run(portal, f"course-{number}-1")
        finder = finder or make.finder(portal)
        make.words(finder, run.course, f"Abendkurs {number}")
        for count in range(LESSONS // RUNS):
            facts = {"status": "cancelled", "reason": "weather"} if count % 10 == 9 else {}
            lesson = Lesson(
                run=run,
                day=timezone.localdate() + timedelta(days=count),
                starts=clock(18),
                ends=clock(20, 30),
                changed_at=timezone.now(),
                **facts,
            )
            lesson.derive()
            lessons.append(lesson)
    Lesson.objects.bulk_create(lessons)


def row(language: str) -> str:
    """One line of the table."""
    from django.test import Client

    client, path, times = Client(), f"/{language}/courses/calendar.ics", []
    answer = client.get(path)
    if answer.content.count(b"BEGIN:VEVENT") != LESSONS:
        raise RuntimeError(f"{path}: {answer.status_code}, not all lessons")
    for _round in range(ROUNDS):
        started = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - started) * 1000)
    figures = f"{statistics.median(times):>9.0f}{statistics.quantiles(times, n=20)[18]:>9.0f}"
    return f"{path:<34}{len(answer.content):>9}{figures}"


if __name__ == "__main__":
    sys.exit(main())
