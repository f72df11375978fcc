"""Meetings in the admin: plan and edit, see who answered what, invite, move, cancel."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from network.meetings import actions, staff_door, staff_files
from network.meetings.copying import put_standard_items
from network.meetings.forms import MeetingForm
from network.meetings.models import Invitation, Meeting
from network.meetings.staff_polls import PollViewSet
from network.meetings.staff_standard import StandardItemViewSet
from network.meetings.staff_verbs import VERBS, verbs_for
from network.meetings.statuses import AHEAD, OFF, Answer
from network.members.viewsets import DistrictCreateView, DistrictViewSet, MemberViewSet, OrganisationViewSet
from network.needs.viewsets import NeedViewSet, RoundViewSet
from portal.errors import DomainError
from portal.seats import Seat

ADMIN = "network/meetings/admin"


class MeetingInspectView(generic.InspectView):
    """A meeting with all answers and what can be done with it now."""

    page_title = gettext_lazy("Answers")
    template_name = f"{ADMIN}/meeting_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.object.invitations.select_related("member__organisation", "rsvp"))
        living = [row.rsvp for row in rows if row.revoked_at is None]
        counted = Counter(rsvp.answer for rsvp in living)
        seats = Counter(rsvp.seat for rsvp in living)
        key = self.object.pk
        verbs = [(reverse("network_meetings:act", args=[key, name]), verb) for name, verb in verbs_for(self.object)]
        return {
            **super().get_context_data(**kwargs),
            "invitations": rows,
            "counts": [(answer.label, counted[answer]) for answer in Answer],
            "confirmed": seats[Seat.CONFIRMED],
            "waiting": seats[Seat.WAITING],
            "verbs": verbs,
            "dates": _dates(self.object),
            "files": list(self.object.files.all()),
            "present": self.object.attendance.count(),
            "is_ahead": self.object.status in AHEAD - OFF,
        }


class MeetingCreateView(DistrictCreateView):
    """A new meeting; where nobody typed an agenda, it begins with the standard items of its level."""

    def save_instance(self) -> Any:
        made = super().save_instance()
        put_standard_items(made)
        return made


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
    add_view_class = MeetingCreateView
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
            MultiFieldPanel(
                [
                    FieldPanel("mode"),
                    FieldPanel("place"),
                    FieldPanel("join_link"),
                    FieldPanel("join_audience"),
                    FieldRowPanel(
                        [FieldPanel("has_interpreter"), FieldPanel("has_childcare"), FieldPanel("has_catering")]
                    ),
                ],
                gettext_lazy("Where"),
            ),
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
            *[
                path(f"<int:pk>/{address}", self.guarded(view), name=name)
                for address, view, name in (*staff_door.ADDRESSES, *staff_files.ADDRESSES)
            ],
            path("<int:pk>/invited/<int:invitation>/<str:verb>/", self.guarded(act_on_invitation), name="invitation"),
            path("<int:pk>/<str:verb>/", self.guarded(act), name="act"),
        ]


class NetworkGroup(ModelViewSetGroup):
    """The menu of the coordinators."""

    menu_label = gettext_lazy("Network")
    menu_icon = "group"
    menu_order = 250
    items = (
        MeetingViewSet,
        PollViewSet,
        StandardItemViewSet,
        NeedViewSet,
        RoundViewSet,
        MemberViewSet,
        OrganisationViewSet,
    )


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask what the verb needs to know, then do it. A refusal is shown on the same page, with what was typed."""
    meeting = get_object_or_404(Meeting.objects.select_related("district__site", "organiser", "series"), pk=pk)
    chosen = VERBS.get(verb)
    if chosen is None or not chosen.only(meeting):
        return redirect("network_meetings:inspect", pk)
    form = chosen.form(meeting, request.POST if request.method == "POST" else None)
    status, preview = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid() and chosen.shows_first and (preview := form.preview()):  # type: ignore[attr-defined]  # `shows_first` says so
            status = 200
        elif form.is_valid():
            try:
                made = chosen.run(meeting, request.user, form.cleaned_data, form)
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
                _show_newest(form, pk)
            else:
                messages.success(request, str(chosen.done))
                if verb == "next":
                    return redirect("network_meetings:edit", made.pk)
                return redirect("network_meetings:inspect", pk)
    context = {"meeting": meeting, "verb": chosen, "form": form, "preview": preview}
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


def _show_newest(form: forms.Form, pk: int) -> None:
    """After a refusal the page shows the state that holds now, so that sending again is a decision on that."""
    if "sequence" in form.fields:
        form.data = {
            **dict(form.data.items()),
            "sequence": Meeting.objects.values_list("sequence", flat=True).get(pk=pk),
        }


def _dates(meeting: Meeting) -> list[Meeting]:
    return list(meeting.series.meetings.order_by("starts_at", "pk")) if meeting.series else []
