"""The agenda in the admin: proposals, order, times. Every button is a form; nothing needs a mouse or a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from network.meetings.models import AgendaItem, Meeting
from network.meetings.statuses import AHEAD
from network.minutes import actions
from network.minutes.doors import district_of
from network.minutes.guard import mark
from network.minutes.models import ActionItem, AgendaProposal, Minutes
from network.minutes.papers import PUBLIC_PAPERS, order_of, paper
from network.minutes.permissions import can_order_agenda, can_write_minutes
from network.minutes.staff_forms import ItemForm
from network.minutes.statuses import ProposalState
from portal.errors import DomainError

ADMIN = "network/minutes/admin"


def meeting_of(request: HttpRequest, pk: int, may: Callable[[Any, Meeting], bool]) -> Meeting:
    """The meeting of the site's district, for whoever may. Another district: 404, not allowed: 403."""
    rows = Meeting.objects.of(district_of(request)).select_related("district__site", "organiser")
    meeting: Meeting = get_object_or_404(rows, pk=pk)
    if not may(request.user, meeting):
        raise PermissionDenied
    return meeting


@require_http_methods(["GET", "HEAD", "POST"])
def agenda_board(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the agenda with its proposals; POST does the one thing named in `do`. New points come below."""
    meeting = meeting_of(request, pk, can_order_agenda)
    form, status = ItemForm(meeting=meeting), 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        try:
            if do == "add":
                form = ItemForm(request.POST, meeting=meeting)
                if form.is_valid():
                    actions.add_item(meeting=meeting, user=request.user, **form.facts())
                    mark(form.suspicions, district=meeting.district, user=request.user, false_alarms=form.false_alarms)
                    return redirect("network_agenda_board", pk)
                status = 422
            else:
                sentence = _do(request, meeting, do)
                if sentence:
                    messages.success(request, sentence)
                return redirect("network_agenda_board", pk)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
    return TemplateResponse(request, f"{ADMIN}/staff_agenda.html", _board(meeting, form), status=status)


def _board(meeting: Meeting, form: ItemForm) -> dict[str, Any]:
    proposals = AgendaProposal.objects.filter(meeting=meeting).select_related("invitation__member__organisation")
    return {
        "meeting": meeting,
        "order": order_of(meeting),
        "is_ahead": meeting.status in AHEAD,
        "waiting": [row for row in proposals if row.state == ProposalState.OPEN],
        "declined": [row for row in proposals if row.state == ProposalState.DECLINED],
        "carried": ActionItem.objects.before(meeting).undone().select_related("owner", "organisation"),
        "minutes": Minutes.objects.filter(meeting=meeting).first(),
        "form": form,
    }


def _do(request: HttpRequest, meeting: Meeting, do: str) -> str:
    user = request.user
    if do in {"up", "down"}:
        actions.shift_item(item=_item(request, meeting), user=user, up=do == "up")
        return ""
    if do == "remove":
        actions.remove_item(item=_item(request, meeting), user=user)
        return _("The point is off the agenda.")
    if do == "standard":
        number = actions.add_standard_items(meeting=meeting, user=user)
        return _("Standard items added: {number}.").format(number=number)
    if do in {"final", "open"}:
        actions.finish_agenda(meeting=meeting, user=user, final=do == "final")
        return _("The agenda is final.") if do == "final" else _("People may propose points again.")
    if do in {"accept", "decline"}:
        rows = AgendaProposal.objects.filter(meeting=meeting).select_related("meeting__district__site")
        proposal = get_object_or_404(rows, pk=number_in(request, "proposal"))
        if do == "accept":
            actions.accept(proposal=proposal, user=user)
            return _("The proposal is on the agenda. Whoever proposed it gets a mail.")
        actions.decline(proposal=proposal, user=user, reason=request.POST.get("reason", "").strip()[:500])
        return _("The proposal was declined. Whoever proposed it gets a mail with the reason.")
    raise DomainError(_("Please choose one of the buttons."))


@require_http_methods(["GET", "HEAD", "POST"])
def agenda_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Change one point."""
    meeting = meeting_of(request, pk, can_order_agenda)
    found = get_object_or_404(AgendaItem.objects.filter(meeting=meeting), pk=item)
    form, status = ItemForm(meeting=meeting, item=found), 200
    if request.method == "POST":
        form, status = ItemForm(request.POST, meeting=meeting, item=found), 422
        if form.is_valid():
            try:
                actions.change_item(item=found, user=request.user, **form.facts())
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                mark(form.suspicions, district=meeting.district, user=request.user, false_alarms=form.false_alarms)
                return redirect("network_agenda_board", pk)
    context = {"meeting": meeting, "item": found, "form": form}
    return TemplateResponse(request, f"{ADMIN}/staff_item.html", context, status=status)


@require_safe
def staff_paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Invitation, agenda or minutes as a PDF file for those who write them, drafts included."""
    meeting = meeting_of(request, pk, can_write_minutes)
    found = None
    if kind not in PUBLIC_PAPERS:
        found = get_object_or_404(
            Minutes.objects.select_related("meeting__district__site", "meeting__organiser", "taker"), meeting=meeting
        )
    made = paper(kind, meeting, language=translation.get_language() or "de", minutes=found)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{meeting.slug}-{kind}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def number_in(request: HttpRequest, name: str) -> int:
    """A row's number that was posted. Raises `Http404` for anything else."""
    typed = request.POST.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        raise Http404
    return int(typed)


def _item(request: HttpRequest, meeting: Meeting) -> AgendaItem:
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("meeting__district")
    return get_object_or_404(rows, pk=number_in(request, "item"))
