"""Date polls in the admin: ask, see who can when, take a date."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from network.meetings import actions
from network.meetings.models import DatePoll, PollVote
from network.meetings.poll_forms import AskForm, AskMoreForm, organisers_mailbox
from network.meetings.statuses import PollStatus, Vote
from network.members.viewsets import DistrictViewSet
from portal.errors import DomainError
from portal.models import District

ADMIN = "network/meetings/admin"


class PollViewSet(DistrictViewSet):
    """Date polls."""

    model = DatePoll
    name = "network_polls"
    menu_label = gettext_lazy("Date polls")
    icon = "calendar-check"
    list_display = ["title", "level", "closes_on", "status"]
    list_filter = ["status", "level"]
    search_fields = ["title"]
    ordering = ["-created_at"]
    form_fields = ["title"]

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list of the admin; everything else are pages of ours."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.guarded(ask), name="add"),
            path("edit/<int:pk>/", self.guarded(poll), name="edit"),
            path("edit/<int:pk>/ask/", self.guarded(ask_more), name="ask_more"),
        ]


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Propose dates and ask people."""
    district = District.objects.for_request(request)
    initial = {"mailbox": organisers_mailbox(district, request.user)}
    form = AskForm(request.POST or None, district=district, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.ask_for_dates(
                    poll=form.poll(),
                    user=request.user,
                    slots=form.cleaned_data["slots"],
                    members=form.chosen_members(),
                    guests=form.chosen_guests(),
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Everybody gets a mail with a personal link."))
                return redirect("network_polls:edit", made.pk)
    context = {"form": form, "title": _("New date poll"), "button": _("Ask")}
    return TemplateResponse(request, f"{ADMIN}/staff_ask.html", context, status=status)


@require_http_methods(["GET", "POST"])
def ask_more(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask more people."""
    found = get_object_or_404(DatePoll.objects.select_related("district__site"), pk=pk)
    form = AskMoreForm(request.POST or None, district=found.district)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.ask_more(
                    poll=found, user=request.user, members=form.chosen_members(), guests=form.chosen_guests()
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Everybody gets a mail with a personal link."))
                return redirect("network_polls:edit", pk)
    context = {"form": form, "title": _("Ask more people"), "button": _("Ask")}
    return TemplateResponse(request, f"{ADMIN}/staff_ask.html", context, status=status)


@require_http_methods(["GET", "POST"])
def poll(request: HttpRequest, pk: int) -> HttpResponse:
    """Who can when; take a date or withdraw the poll."""
    found = get_object_or_404(DatePoll.objects.select_related("district__site", "meeting"), pk=pk)
    status = 200
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                actions.withdraw_poll(poll=found, user=request.user)
                messages.success(request, _("The poll was withdrawn. Everybody gets a mail."))
                return redirect("network_polls:edit", pk)
            chosen = request.POST.get("option", "")
            option = get_object_or_404(found.options, pk=int(chosen) if chosen.isdecimal() else 0)
            made = actions.decide_poll(poll=found, user=request.user, option=option)
            messages.success(request, _("The date is a meeting now. All who were asked are invited."))
            return redirect("network_meetings:inspect", made.pk)
        except DomainError as refusal:
            status = refusal.status
            messages.error(request, str(refusal))
    context = {"poll": found, "is_open": found.status == PollStatus.OPEN, **_table(found)}
    return TemplateResponse(request, f"{ADMIN}/staff_poll.html", context, status=status)


def _table(found: DatePoll) -> dict[str, Any]:
    """Rows of people and columns of dates, with how many can."""
    options = list(found.options.all())
    votes = {(row.invitation_id, row.option_id): row.vote for row in PollVote.objects.filter(invitation__poll=found)}
    people = list(found.invitations.select_related("member__organisation"))
    labels = dict(Vote.choices)
    rows = [
        (person, [labels.get(votes.get((person.pk, option.pk), ""), "") for option in options]) for person in people
    ]
    sums = []
    for option in options:
        said = [votes.get((person.pk, option.pk)) for person in people]
        sums.append((option, said.count(Vote.YES), said.count(Vote.IF_NEEDED), said.count(Vote.NO)))
    return {"options": options, "rows": rows, "sums": sums}
