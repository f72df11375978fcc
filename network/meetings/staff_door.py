"""At the door, on a phone: who is here, who is expected, who just came; and the list of those who were there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from network.meetings import actions
from network.meetings.models import Attendance, Invitation, Meeting
from network.meetings.staff_forms import WalkInForm
from network.meetings.statuses import Answer, Presence
from portal.errors import DomainError
from portal.printing import pdf
from portal.tables import as_csv

ADMIN = "network/meetings/admin"


@require_http_methods(["GET", "POST"])
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """All who are expected with one button each, and a line for those who just came."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = WalkInForm(request.POST if "walk_in" in request.POST else None)
    status = 200
    if request.method == "POST":
        try:
            if "walk_in" not in request.POST:
                _check(request, meeting)
                return redirect("network_meetings:door", pk)
            status = 422
            if form.is_valid():
                actions.add_at_the_door(meeting=meeting, user=request.user, **form.cleaned_data)
                return redirect("network_meetings:door", pk)
        except DomainError as refusal:
            status = refusal.status
            messages.error(request, str(refusal))
    context = {"meeting": meeting, "form": form, **_people(meeting)}
    return TemplateResponse(request, f"{ADMIN}/staff_door.html", context, status=status)


@require_http_methods(["GET", "POST"])
def door_person(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """One person, whose picture was just read with the phone: one button."""
    rows = Invitation.objects.live().select_related("meeting", "member__organisation", "rsvp")
    found = get_object_or_404(rows, pk=invitation, meeting=pk)
    status = 200
    if request.method == "POST":
        try:
            actions.check_in(invitation=found, user=request.user)
            return redirect("network_meetings:door", pk)
        except DomainError as refusal:
            status = refusal.status
            messages.error(request, str(refusal))
    context = {"meeting": found.meeting, "row": found, "attendance": getattr(found, "attendance", None)}
    return TemplateResponse(request, f"{ADMIN}/staff_door_person.html", context, status=status)


@require_safe
def attendance_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to sign, or after the meeting the list of those who were there, on paper."""
    meeting = get_object_or_404(Meeting.objects.select_related("district"), pk=pk)
    context = {"meeting": meeting, **_people(meeting)}
    try:
        data = pdf("network/meetings/print/staff_attendance.html", context, language=get_language() or "de")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("network_meetings:door", pk)
    return _download(data, "application/pdf", f"{meeting.slug}.pdf")


@require_safe
def attendance_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of those who were there, for a spreadsheet."""
    meeting = get_object_or_404(Meeting, pk=pk)
    rows = [
        (row.name, row.organisation, str(row.get_presence_display())) for row in meeting.attendance.order_by("name")
    ]
    data = b"".join(as_csv([_("Name"), _("Organisation"), _("How")], rows))
    return _download(data, "text/csv; charset=utf-8", f"{meeting.slug}.csv")


def _check(request: HttpRequest, meeting: Meeting) -> None:
    if number := _number(request, "undo"):
        row = get_object_or_404(Attendance.objects.select_related("meeting"), pk=number, meeting=meeting)
        actions.undo_check_in(attendance=row, user=request.user)
        return
    rows = Invitation.objects.select_related("meeting", "member__organisation", "rsvp")
    number = _number(request, "online")
    presence = Presence.ONLINE if number else Presence.ROOM
    found = get_object_or_404(rows, pk=number or _number(request, "here"), meeting=meeting)
    actions.check_in(invitation=found, user=request.user, presence=presence)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _people(meeting: Meeting) -> dict[str, Any]:
    """Those who are here, and those who are expected and are not here yet; who said no comes last."""
    present = list(meeting.attendance.select_related("invitation__rsvp"))
    here = {row.invitation_id for row in present}
    rows = meeting.invitations.live().select_related("member__organisation", "rsvp")
    missing = sorted(
        (row for row in rows if row.pk not in here),
        key=lambda row: (row.rsvp.answer == Answer.NO, row.rsvp.answer == Answer.PENDING, row.name.casefold()),
    )
    return {"present": present, "missing": missing}


def _download(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store, private"
    return response


ADDRESSES = (
    ("door/", door, "door"),
    ("door/<int:invitation>/", door_person, "door_person"),
    ("attendance.pdf", attendance_pdf, "attendance_pdf"),
    ("attendance.csv", attendance_csv, "attendance_csv"),
)
