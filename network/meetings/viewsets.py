"""Meetings in the admin: plan and edit, see who answered what, invite, move, cancel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from network.meetings import actions
from network.meetings.forms import CapacityForm, InviteForm, MeetingForm, MoveForm, ReasonForm
from network.meetings.models import Invitation, Meeting
from network.meetings.statuses import AHEAD, OFF, Answer
from network.members.viewsets import DistrictViewSet, MemberViewSet, OrganisationViewSet
from network.needs.viewsets import NeedViewSet, RoundViewSet
from portal.errors import DomainError
from portal.seats import Seat

ADMIN = "network/meetings/admin"


@dataclass(frozen=True)
class Verb:
    """Something a coordinator does with a meeting: its form, and the action that the filled form calls."""

    label: str | Promise
    form: Callable[[Meeting, Any], forms.Form]
    run: Callable[[Meeting, Any, dict[str, Any], Any], Any]
    done: str | Promise
    states: frozenset[str] = AHEAD
    is_serious: bool = False


def _move_form(meeting: Meeting, data: Any) -> MoveForm:
    names = ("day", "starts", "last_day", "ends", "mode", "place")
    return MoveForm(data, initial={name: getattr(meeting, name) for name in names})


VERBS: dict[str, Verb] = {
    "publish": Verb(
        gettext_lazy("Publish"),
        lambda meeting, data: forms.Form(data),
        lambda meeting, user, data, form: actions.publish(meeting=meeting, user=user),
        gettext_lazy("The meeting is announced to its audience."),
        AHEAD - OFF,
    ),
    "invite": Verb(
        gettext_lazy("Invite"),
        lambda meeting, data: InviteForm(data, meeting=meeting),
        lambda meeting, user, data, form: actions.invite(
            meeting=meeting, user=user, members=form.chosen_members(), guests=form.chosen_guests()
        ),
        gettext_lazy("The invitations are on their way. Nobody was invited twice."),
        AHEAD - OFF,
    ),
    "move": Verb(
        gettext_lazy("Move"),
        _move_form,
        lambda meeting, user, data, form: actions.move(meeting=meeting, user=user, **data),
        gettext_lazy("The meeting was moved. All who have not said no get a mail."),
    ),
    "capacity": Verb(
        gettext_lazy("Add seats"),
        lambda meeting, data: CapacityForm(data, initial={"capacity": meeting.capacity}),
        lambda meeting, user, data, form: actions.raise_capacity(meeting=meeting, user=user, **data),
        gettext_lazy("The seats were added and given to the waiting list in its order."),
    ),
    "postpone": Verb(
        gettext_lazy("Postpone"),
        lambda meeting, data: ReasonForm(data),
        lambda meeting, user, data, form: actions.postpone(meeting=meeting, user=user, **data),
        gettext_lazy("The meeting was postponed. All who have not said no get a mail."),
        AHEAD - OFF,
        is_serious=True,
    ),
    "cancel": Verb(
        gettext_lazy("Cancel the meeting"),
        lambda meeting, data: ReasonForm(data),
        lambda meeting, user, data, form: actions.cancel(meeting=meeting, user=user, **data),
        gettext_lazy("The meeting was cancelled. All who have not said no get a mail."),
        is_serious=True,
    ),
}


class MeetingInspectView(generic.InspectView):
    """A meeting with all answers and what can be done with it now."""

    page_title = gettext_lazy("Answers")
    template_name = f"{ADMIN}/meeting_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.object.invitations.select_related("member__organisation", "rsvp"))
        living = [row.rsvp for row in rows if row.revoked_at is None]
        counted = Counter(rsvp.answer for rsvp in living)
        seats = Counter(rsvp.seat for rsvp in living)
        verbs = [
            (reverse("network_meetings:act", args=[self.object.pk, name]), verb)
            for name, verb in VERBS.items()
            if self.object.status in verb.states and not _pointless(name, self.object)
        ]
        return {
            **super().get_context_data(**kwargs),
            "invitations": rows,
            "counts": [(answer.label, counted[answer]) for answer in Answer],
            "confirmed": seats[Seat.CONFIRMED],
            "waiting": seats[Seat.WAITING],
            "verbs": verbs,
            "is_ahead": self.object.status in AHEAD - OFF,
        }


class MeetingViewSet(DistrictViewSet):
    """Meetings of the network."""

    model = Meeting
    name = "network_meetings"
    menu_label = gettext_lazy("Meetings")
    icon = "date"
    list_display = ["title", "day", "level", "audience", "status"]
    list_filter = ["level", "status", "audience"]
    search_fields = ["title", "place"]
    ordering = ["-starts_at"]
    inspect_view_enabled = True
    inspect_view_class = MeetingInspectView
    inspect_view_fields = ["title", "day", "starts", "ends", "mode", "place", "audience", "level", "status", "capacity"]
    inspect_template_name = f"{ADMIN}/meeting_inspect.html"
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("summary"),
            FieldRowPanel([FieldPanel("level"), FieldPanel("audience")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("day"), FieldPanel("starts"), FieldPanel("ends")]), FieldPanel("last_day")],
                gettext_lazy("When"),
                help_text=gettext_lazy("Once published, use “Move”: then those who are invited get a mail."),
            ),
            MultiFieldPanel([FieldPanel("mode"), FieldPanel("place"), FieldPanel("join_link")], gettext_lazy("Where")),
            MultiFieldPanel(
                [FieldPanel("capacity"), FieldPanel("registration_deadline")], gettext_lazy("Seats and answers")
            ),
            MultiFieldPanel(
                [FieldPanel("organiser"), FieldPanel("mailbox"), FieldPanel("slug")], gettext_lazy("Organisation")
            ),
            InlinePanel(
                "agenda",
                label=gettext_lazy("Agenda item"),
                heading=gettext_lazy("Agenda"),
                panels=[FieldPanel("title"), FieldRowPanel([FieldPanel("kind"), FieldPanel("minutes_planned")])],
            ),
        ],
        base_form_class=MeetingForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The views of the admin, and ours for what coordinators do."""
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/invited/<int:invitation>/<str:verb>/", self.guarded(act_on_invitation), name="invitation"),
            path("<int:pk>/<str:verb>/", self.guarded(act), name="act"),
        ]


class NetworkGroup(ModelViewSetGroup):
    """The menu of the coordinators."""

    menu_label = gettext_lazy("Network")
    menu_icon = "group"
    menu_order = 250
    items = (MeetingViewSet, NeedViewSet, RoundViewSet, MemberViewSet, OrganisationViewSet)


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask what the verb needs to know, then do it. A refusal is shown on the same page, with what was typed."""
    meeting = get_object_or_404(Meeting.objects.select_related("district__site", "organiser"), pk=pk)
    chosen = VERBS.get(verb)
    if chosen is None:
        return redirect("network_meetings:inspect", pk)
    form = chosen.form(meeting, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                chosen.run(meeting, request.user, form.cleaned_data, form)
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
            else:
                messages.success(request, str(chosen.done))
                return redirect("network_meetings:inspect", pk)
    context = {"meeting": meeting, "verb": chosen, "form": form}
    return TemplateResponse(request, f"{ADMIN}/act.html", context, status=status)


@require_POST
def act_on_invitation(request: HttpRequest, pk: int, invitation: int, verb: str) -> HttpResponse:
    """Withdraw an invitation, or send it again with a new personal link."""
    found = get_object_or_404(Invitation.objects.select_related("meeting", "member", "rsvp"), pk=invitation, meeting=pk)
    try:
        if verb == "revoke":
            actions.revoke_invitation(invitation=found, user=request.user)
            messages.success(request, _("The invitation was withdrawn; its link no longer works."))
        elif verb == "renew":
            actions.renew_link(invitation=found, user=request.user)
            messages.success(request, _("A new link is on its way; the old one no longer works."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("network_meetings:inspect", pk)


def _pointless(name: str, meeting: Meeting) -> bool:
    return (name == "publish" and meeting.published_at is not None) or (name == "capacity" and meeting.capacity is None)
