"""Where to look and whom to log in as: the demo's table of contents, with names that stay."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from home.demo.meetings import places as meeting_places
from home.demo.people import ACCOUNTS, PASSWORD
from home.demo.requests import receipt
from home.demo.seats import person_code
from portal.languages import SOURCE
from portal.models import District
from portal.pages import locale_id_of
from services.courses.models import CourseRun
from services.inbox.models import Case
from services.intake.audience import invitation
from services.intake.models import IntakeFormPage

PLACES = {
    "home": "/de/",
    "topic": "/de/housing/",
    "service_page": "/de/arrival/registration/",
    "emergency": "/de/emergency/",
    "courses": "/de/courses/",
    "course_finder": "/de/courses/?place=08326017&time=evening",
    "courses_month": "/de/courses/?view=month",
    "course_page": "/de/courses/integrationskurs-vs/",
    "course_poster": "/de/courses/integrationskurs-vs/poster.pdf",
    "form_counselling": "/de/forms/counselling/",
    "form_course_interest": "/de/forms/course-interest/",
    "form_appointment": "/de/forms/appointment/",
    "form_volunteer": "/de/forms/volunteer-offer/",
    "form_housing_school": "/de/forms/help-housing-school/",
    "form_feedback": "/de/forms/feedback/",
}
INVITED = {
    "form_need": "need-report",
    "form_meeting_registration": "meeting-registration",
    "form_directory_update": "directory-update",
}
"""Forms that an invitation opens; the link works without an account."""
VIEWS = {
    "resume": "intake_resume",
    "finder": "finder",
    "search": "search",
    "courses_feed": "courses_feed",
    "courses_json": "courses_json",
    "course_questionnaire": "course_questionnaire",
    "case_status": "case_status",
}
REPORTS = {
    "form_truth_table": "/admin/forms/counselling/routing/",
    "form_branches": "/admin/forms/counselling/branches/",
    "form_versions": "/admin/forms/counselling/",
    "form_figures": "/admin/forms/counselling/figures/",
    "form_preview": "/admin/forms/counselling/preview/",
}
"""Reports of a form, for editors."""
STARTS = {
    "admin": "/admin/",
    "editor": "/admin/pages/",
    "translator": "/admin/localize/reports/translations/",
    "course_staff": "/admin/",
    "course_provider": "/admin/courses/own/",
    "case_worker": "/admin/inbox/",
    "other_office": "/admin/inbox/",
    "data_protection": "/admin/audit/",
    "coordinator": "/admin/",
    "network_member": "/de/meetings/",
}


def tour() -> list[dict[str, Any]]:
    """Rows of name, address, login and password. The login of `case_status` is a request's number and secret."""
    base = f"http://localhost:{getattr(settings, 'PORT', 8000)}"
    rows = [_row(name, base + path) for name, path in PLACES.items()]
    with translation.override("de"):
        rows += [_row(name, base + reverse(view)) for name, view in VIEWS.items()]
        rows += [_row(name, base + _invitation(key)) for name, key in INVITED.items()]
        rows.append(_row("meeting", base + reverse("meeting", args=["austauschtreffen-ehrenamt"])))
    rows += [_row(name, base + path, *login) for name, path, *login in meeting_places()]
    number, secret = receipt()
    for row in rows:
        if row["name"] == "case_status":
            row.update(login=number, password=secret)
    with translation.override("de"):
        minutes = reverse("meeting_minutes", args=["operativer-austausch-herbst"])
    rows.append(_row("meeting_minutes", base + minutes, "network_member", PASSWORD))
    rows.append(_row("form_builder", base + _builder(), "editor", PASSWORD))
    rows.append(_row("form_handover", f"{base}/de/forms/handover/", "case_worker", PASSWORD))
    rows.append(_row("publish_run", f"{base}/admin/courses/publish/", "course_staff", PASSWORD))
    rows.append(_row("course_changes", f"{base}/admin/courses/changes/", "course_staff", PASSWORD))
    rows.append(_row("inbox", f"{base}/admin/inbox/", "case_worker", PASSWORD))
    rows += [_row(name, base + path, "editor", PASSWORD) for name, path in REPORTS.items()]
    rows.append(_row("inbox_statistics", f"{base}/admin/inbox/statistics/", "coordinator", PASSWORD))
    rows.append(_row("course_planning", f"{base}/admin/courses/planning/", "coordinator", PASSWORD))
    rows.append(_row("needs", f"{base}/de/needs/", "network_member", PASSWORD))
    rows.append(_row("desk", f"{base}/admin/desk/", "coordinator", PASSWORD))
    rows.append(_row("members", f"{base}/de/members/", "network_member", PASSWORD))
    rows.append(_row("reports", f"{base}/admin/network-reports/", "coordinator", PASSWORD))
    if number and (case := Case.objects.filter(submission__number=number).first()):
        rows.append(_row("case", f"{base}/admin/inbox/{case.pk}/", "case_worker", PASSWORD))
    rows.append(_row("import_courses", f"{base}/admin/courses/import/", "course_staff", PASSWORD))
    rows.append(_row("audit", f"{base}/admin/audit/", "data_protection", PASSWORD))
    rows.append(_row("retention_preview", f"{base}/admin/inbox-retention/?days=90", "case_worker", PASSWORD))
    rows += _course_people(base)
    rows += [_row(login, base + STARTS[login], login, PASSWORD) for login in ACCOUNTS]
    return rows


def _course_people(base: str) -> list[dict[str, Any]]:
    """People of a course for course staff, and the page of somebody who waits."""
    run = CourseRun.objects.filter(enrolments__isnull=False).order_by("pk").first()
    if run is None:
        return []
    with translation.override("de"):
        place = reverse("course_place", args=[person_code("waiting")])
    return [
        _row("course_enrolment", base + reverse("course_seats", args=[run.pk]), "course_staff", PASSWORD),
        _row("course_attendance", base + reverse("course_attendance", args=[run.pk]), "course_staff", PASSWORD),
        _row("course_place", base + place),
    ]


def _builder() -> str:
    """Where the counselling form is built; the list of pages where there is none."""
    page = IntakeFormPage.objects.filter(key="counselling", locale_id=locale_id_of(SOURCE)).first()
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else "/admin/pages/"


def as_text(rows: list[dict[str, Any]]) -> str:
    """The table for a terminal."""
    lines = ["", "  Lotse is running. Where to look:", ""]
    for row in rows:
        account = f"   {row['login']} / {row['password']}" if row["login"] else ""
        lines.append(f"  {row['name']:<25} {row['url']}{account}")
    lines += ["", "  This is a demo: passwords are public, nothing real belongs in here. Stop with Ctrl+C.", ""]
    return "\n".join(lines)


def _invitation(key: str) -> str:
    district = District.objects.order_by("pk").first()
    if district is None:  # nothing is loaded yet
        return f"/de/forms/{key}/"
    return reverse("intake_invited", kwargs={"key": key, "token": invitation(district, key)})


def _row(name: str, url: str, login: str | None = None, password: str | None = None) -> dict[str, Any]:
    return {"name": name, "url": url, "login": login, "password": password}
