"""Pages of agendas, minutes and actions for members with an account and for holders of a personal link."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from network.meetings.models import Invitation
from network.meetings.statuses import Audience
from network.minutes import actions
from network.minutes.doors import Door, district_of, reading_member, secret
from network.minutes.forms import ObjectionForm, ProposalForm
from network.minutes.models import AgendaProposal, Minutes, Objection
from network.minutes.papers import PUBLIC_PAPERS, minutes_context, open_actions, order_of, paper
from network.minutes.permissions import can_object, can_propose
from portal.languages import complete_codes
from portal.rates import count_key, count_post

MOST_POSTS = 30
"""Proposals and objections with one invitation in an hour, mistakes included."""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def agenda(request: HttpRequest, slug: str = "", token: str = "") -> HttpResponse:
    """The agenda with times, open actions and one's own proposals, and the form to propose a point."""
    door = Door.open(request, slug=slug, token=token)
    meeting, invitation = door.meeting, door.invitation
    may = invitation is not None and can_propose(invitation)
    form = ProposalForm(district=meeting.district, meeting=meeting)
    status = 200
    if request.method == "POST":
        if invitation is None:
            raise Http404
        _count(request, invitation)
        form = ProposalForm(request.POST, district=meeting.district, meeting=meeting)
        status = 422
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("title", "note", "kind", "minutes")}
            actions.propose(invitation=invitation, **wanted)
            return _see_other(f"{door.address('agenda')}#proposals")
    own = AgendaProposal.objects.filter(invitation=invitation) if invitation else []
    context = {
        **door.context(),
        **open_actions(meeting, door.member),
        "order": order_of(meeting),
        "proposals": own,
        "can_propose": may,
        "form": form,
        "minutes": door.minutes(),
    }
    return render(request, "network/minutes/agenda.html", context, status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def minutes(request: HttpRequest, slug: str = "", token: str = "") -> HttpResponse:
    """The minutes, for those who may read them now, and the form to object while there is time."""
    door = Door.open(request, slug=slug, token=token)
    found = door.minutes()
    if found is None:
        raise Http404
    invitation = door.invitation
    form, status = ObjectionForm(minutes=found), 200
    if request.method == "POST":
        if invitation is None:
            raise Http404
        _count(request, invitation)
        form, status = ObjectionForm(request.POST, minutes=found), 422
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("entry", "text")}
            actions.object_to(invitation=invitation, minutes=found, **wanted)
            return _see_other(f"{door.address('minutes')}#objections")
    context = {
        **door.context(),
        **minutes_context(found),
        "form": form,
        "can_object": invitation is not None and can_object(invitation, found),
        "objections": Objection.objects.filter(minutes=found, invitation=invitation) if invitation else [],
    }
    return render(request, "network/minutes/minutes.html", context, status=status)


@require_safe
@secret
def paper_file(request: HttpRequest, kind: str, slug: str = "", token: str = "") -> HttpResponse:
    """Invitation, agenda or minutes as a PDF file in the language of the page."""
    door = Door.open(request, slug=slug, token=token)
    found = door.minutes() if kind not in PUBLIC_PAPERS else None
    if kind not in PUBLIC_PAPERS and found is None:
        raise Http404
    language = translation.get_language() or "de"
    made = paper(kind, door.meeting, language=language, minutes=found, invitation=door.invitation)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{door.meeting.slug}-{kind}.pdf"'
    return response


@require_safe
@secret
def minutes_list(request: HttpRequest) -> HttpResponse:
    """The minutes a member may read, newest first, with a search through them alone. Everybody else: 404."""
    district = district_of(request)
    member = reading_member(request, district)
    if member is None:
        raise Http404
    rows = Minutes.objects.of(district).readable_by(member).select_related("meeting")
    words = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    if words:
        said = Q(entries__note__icontains=words) | Q(entries__decision__icontains=words)
        rows = rows.filter(said | Q(meeting__title__icontains=words) | Q(entries__heading__icontains=words)).distinct()
    context = {"rows": rows[:200], "q": words, "noindex": True, "translations": []}
    return render(request, "network/minutes/minutes_list.html", context)


@require_safe
def summaries(request: HttpRequest) -> HttpResponse:
    """Public summaries of meetings, newest first."""
    rows = Minutes.objects.of(district_of(request)).with_summary()[:100]
    context = {"rows": rows, "translations": complete_codes()}
    return render(request, "network/minutes/summary_list.html", context)


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """One public summary: its own title and text, and nothing else of the minutes or the meeting."""
    found = get_object_or_404(Minutes.objects.of(district_of(request)).with_summary().select_related("meeting"), pk=pk)
    is_public = found.meeting.audience == Audience.PUBLIC and found.meeting.published_at is not None
    context = {"summary": found, "meeting": found.meeting if is_public else None, "translations": complete_codes()}
    return render(request, "network/minutes/summary.html", context)


def _count(request: HttpRequest, invitation: Invitation) -> None:
    count_post(request, "papers")
    count_key(f"papers:{invitation.pk}", MOST_POSTS)


def _see_other(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response
