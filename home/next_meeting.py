"""The next meeting in five minutes: choose the last one, set the date, look at agenda and people, send.

Every step is a page of its own with an address; who stops in between finds the draft among the meetings to prepare.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from home.desk_views import coordinated, frame, private
from network.meetings import actions as meetings
from network.meetings.inviting import Guest
from network.meetings.models import Invitation, Meeting
from network.meetings.running_order import running_order
from network.meetings.staff_forms import NextForm
from network.meetings.statuses import AHEAD, OFF
from network.minutes import actions as minutes
from portal.errors import DomainError
from portal.models import District

MOST = 20
"""Meetings offered as a pattern, the latest first."""


@dataclass(frozen=True)
class Pattern:
    """A meeting that can be continued: of a series or level the latest one. `following`: its next date, if planned."""

    meeting: Meeting
    following: Meeting | None

    @property
    def address(self) -> str:
        """Where it goes on: to the people of the date that is planned already, else to a new date."""
        if self.following is not None:
            return reverse("desk_prepare_people", args=[self.meeting.pk, self.following.pk])
        return reverse("desk_prepare_date", args=[self.meeting.pk])


def patterns(district: District) -> list[Pattern]:
    """The latest meeting of each series, and of each title that belongs to none, with what is planned after it."""
    now = timezone.now()
    rows = Meeting.objects.of(district).exclude(status__in=OFF).filter(published_at__isnull=False)
    found: dict[Any, Meeting] = {}
    for meeting in rows.filter(starts_at__lte=now).order_by("-starts_at").defer("summary")[:200]:
        found.setdefault(_kind(meeting), meeting)
    ahead: dict[Any, Meeting] = {}
    planned = Meeting.objects.of(district).filter(status__in=AHEAD - OFF, starts_at__gt=now)
    for meeting in planned.order_by("starts_at").defer("summary")[:500]:
        ahead.setdefault(_kind(meeting), meeting)
    for kind, meeting in ahead.items():  # a meeting that is the first of its kind can be continued too
        if meeting.published_at is not None:
            found.setdefault(kind, meeting)
    best = [Pattern(meeting, ahead.get(kind)) for kind, meeting in found.items()]
    best = [one if one.following != one.meeting else Pattern(one.meeting, None) for one in best]
    # First what was held last and has no next date: that is what somebody comes here for.
    best.sort(key=lambda one: one.meeting.starts_at, reverse=True)
    return sorted(best, key=lambda one: (one.following is not None, one.meeting.starts_at > now))[:MOST]


class PeopleForm(forms.Form):
    """Whom of last time to invite again. All are chosen to begin with."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("The same people as last time"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, invitations: Iterable[Invitation]) -> None:
        self.known = {str(row.pk): row for row in invitations}
        super().__init__(data, initial={"people": list(self.known)})
        choices = [(key, _label(row)) for key, row in self.known.items()]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]  # declared above

    def chosen(self) -> list[Invitation]:
        """The invitations of last time that are repeated."""
        return [self.known[key] for key in self.cleaned_data["people"]]


def invited_last_time(before: Meeting, new: Meeting) -> list[Invitation]:
    """Who was invited to a meeting, still belongs to the network or is a guest, and is not invited to the new one."""
    known = new.invitations.live()
    rows = before.invitations.usable().select_related("member__organisation", "rsvp")
    rows = rows.exclude(member__in=known.exclude(member=None).values("member"))
    there = known.addresses()
    return sorted((row for row in rows if row.email.lower() not in there), key=lambda row: row.name.casefold())


@transaction.atomic
def invite_again(*, meeting: Meeting, user: Any, invitations: Iterable[Invitation]) -> list[Invitation]:
    """Invite people of an earlier meeting to this one: each gets a mail with a link of their own."""
    rows = list(invitations)
    return meetings.invite(
        meeting=meeting,
        user=user,
        members=[row.member for row in rows if row.member],
        guests=[Guest(row.guest_name, row.guest_email, row.guest_language) for row in rows if row.member is None],
    )


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Step 1: which meeting goes on."""
    district = coordinated(request)
    context = {**frame(_("Prepare the next meeting"), icon="date"), "patterns": patterns(district), "step": 1}
    return private(render(request, "home/staff_next_choose.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def set_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: when. Makes the draft with the same facts, the standard items and the open actions."""
    before = _meeting(request, pk)
    form, status = NextForm(request.POST if request.method == "POST" else None, meeting=before), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _prepared(before, request.user, form.cleaned_data)
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
            else:
                return redirect("desk_prepare_people", before.pk, made.pk)
    context = {**frame(_("Prepare the next meeting"), icon="date"), "before": before, "form": form, "step": 2}
    return private(render(request, "home/staff_next_date.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, pk: int, made: int) -> HttpResponse:
    """Step 3: look at the agenda and at whom of last time to invite; sending is the button."""
    before, new = _meeting(request, pk), _meeting(request, made)
    rows = invited_last_time(before, new)
    form, status = PeopleForm(request.POST if request.method == "POST" else None, invitations=rows), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.cleaned_data["people"]:
            try:
                sent = invite_again(meeting=new, user=request.user, invitations=form.chosen())
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _sent(len(sent)))
                return redirect("network_meetings:inspect", new.pk)
        elif form.is_valid():
            form.add_error("people", _("Please choose whom to invite."))
    context = {
        **frame(_("Prepare the next meeting"), icon="date"),
        "before": before,
        "meeting": new,
        "form": form,
        "rows": rows,
        "order": running_order(new, new.agenda.all()),
        "is_invited": new.invitations.live().exists(),
        "step": 3,
    }
    return private(render(request, "home/staff_next_people.html", context, status=status))


@transaction.atomic
def _prepared(before: Meeting, user: Any, when: dict[str, Any]) -> Meeting:
    """The draft. Sent twice, by a double click, it is one."""
    same = Q(day=when["day"], starts=when["starts"], title=before.title, level=before.level)
    known = Meeting.objects.of(before.district).filter(same, status__in=AHEAD - OFF).first()
    if known is not None:
        return known
    made = meetings.prepare_next(meeting=before, user=user, **when)
    minutes.add_standard_items(meeting=made, user=user)
    return made


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    district = coordinated(request)
    return get_object_or_404(
        Meeting.objects.of(district).select_related("district__site", "organiser", "series"), pk=pk
    )


def _kind(meeting: Meeting) -> Any:
    return meeting.series_id or (meeting.level, meeting.title)


def _label(row: Invitation) -> str:
    body = str(row.member.organisation) if row.member else _("Guest")
    return f"{row.name}, {body} ({row.rsvp.get_answer_display()})"


def _sent(number: int) -> str:
    text = ngettext("{count} invitation is on its way.", "{count} invitations are on their way.", number)
    return text.format(count=number)
