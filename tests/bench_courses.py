"""Times the course finder with many runs and prints a table: list and filters, month, feeds, questionnaire, poster.

    python tests/bench_courses.py                      with a demo of its own, about two minutes
    python tests/bench_courses.py --measure            on the database of LOTSE_VAR, which must be a throw-away one

Pages are asked for in this process, past every cache, so the figures are server time: wall and CPU, median of
`ROUNDS`. CPU is what holds on a shared machine. BENCH_RUNS says how many runs (2 000), each in a course of its own
five; a tenth of them has forty lessons.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import time as clock
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.bench_inbox import row  # noqa: E402

RUNS = int(os.environ.get("BENCH_RUNS", "2000"))
LESSONS = 40
ADDRESSES = {
    "list": "/de/courses/",
    "list, page 50": "/de/courses/?page=50",
    "list, by place": "/de/courses/?place=08326017",
    "list, one filter": "/de/courses/?time=evening",
    "list, free": "/de/courses/?free=1",
    "list, permit": "/de/courses/?route=SELF_PAYER",
    "list, many filters": "/de/courses/?place=08326017&within=30&level=A2&time=evening&start=quarter&free=1",
    "list, Arabic, filters": "/ar/courses/?place=08326017&level=A2&time=evening",
    "list, nothing found": "/de/courses/?place=08326017&level=C2&time=weekend&women=1&childcare=1",
    "month": "/de/courses/?view=month",
    "month, filter": "/de/courses/?view=month&time=evening&women=1",
    "course page": "/de/courses/integrationskurs-vs/",
    "calendar feed": "/de/courses/calendar.ics",
    "Atom": "/de/courses/news.atom",
    "JSON": "/de/courses/courses.json",
    "questionnaire": "/de/courses/which-course/",
    "questionnaire, answer": "/de/courses/which-course/?residence=ukraine&level=A1&place=08326017&childcare=1",
    "search": "/de/search/?q=Abendkurs",
    "poster, kept": "/de/courses/alpha-cafe/poster.pdf",
}


def main() -> int:
    if "--measure" in sys.argv:
        return measure()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.demo", "LOTSE_VAR": folder}
        subprocess.run([sys.executable, "manage.py", "run_demo", "--prepare"], cwd=ROOT, env=environment, check=True)
        words = [sys.executable, "tests/bench_courses.py", "--measure"]
        return subprocess.run(words, cwd=ROOT, env=environment).returncode


def measure() -> int:
    """Fill the database of these settings and print the table."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\n{connection.vendor}: {RUNS} runs; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'page':<26}{'wall ms':>9}{'CPU ms':>9}{'SQL ms':>9}{'queries':>9}")
    client = Client(SERVER_NAME="localhost")
    for name, address in ADDRESSES.items():
        print(row(name, client, address), flush=True)
    return 0


def fill() -> None:
    """Many runs that differ in everything one can ask for, a tenth of them with lessons; once."""
    from django.utils import timezone

    from portal.models import District
    from services.courses.models import Course, CourseRun, Lesson, LessonRule, Provider, Venue

    if CourseRun.objects.filter(code="bench-0").exists():
        return
    district, today, now = District.objects.get(), timezone.localdate(), timezone.now()
    provider, venues = Provider.objects.first(), list(Venue.objects.all())
    families = ("VWV_BASIC", "IK_GENERAL", "VHS_OPEN", "BSK_B2", "IK_ALPHA")
    levels = (("A0", "A1.2"), ("A1.1", "A2.2"), ("A2.1", "B1.2"), ("B1.1", "B2.2"))
    courses = [
        Course(
            district=district,
            code=f"bench-{number}",
            provider=provider,
            family=families[number % 5],
            level_from=levels[number % 4][0],
            level_to=levels[number % 4][1],
            access_routes=["SELF_PAYER", "ENTITLED_44_1"] if number % 3 else ["OPEN"],
        )
        for number in range(RUNS // 5)
    ]
    Course.objects.bulk_create(courses)
    runs = [
        CourseRun(
            district=district,
            course=courses[number % len(courses)],
            code=f"bench-{number}",
            status=("confirmed", "planned", "running")[number % 3],
            venue=venues[number % len(venues)],
            time_of_day=("morning", "afternoon", "evening")[number % 3],
            starts_on=today + timedelta(days=number % 300 - 60),
            ends_on=today + timedelta(days=number % 300 + 90),
            places_state=("free", "few", "full", "waitlist")[number % 4],
            places_updated_at=now - timedelta(days=number % 90),
            childcare=("none", "none", "onsite")[number % 3],
            women_only=number % 7 == 0,
            entry=("start", "module", "rolling")[number % 3],
        )
        for number in range(RUNS)
    ]
    CourseRun.objects.bulk_create(runs)
    LessonRule.objects.bulk_create(
        LessonRule(
            run=run, weekdays=[0, 2], starts=clock(18), ends=clock(20), first_day=run.starts_on, last_day=run.ends_on
        )
        for run in runs
    )
    lessons = [
        Lesson(run=run, day=today + timedelta(days=day * 3), starts=clock(18), ends=clock(20), changed_at=now)
        for run in runs[::10]
        for day in range(LESSONS)
    ]
    for lesson in lessons:
        lesson.derive()
    Lesson.objects.bulk_create(lessons)


if __name__ == "__main__":
    sys.exit(main())
