"""The personal page of a date poll: what somebody can on which date. No account, no session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from network.meetings import actions
from network.meetings.models import PollInvitation
from network.meetings.permissions import can_vote
from network.meetings.poll_forms import VoteForm
from network.meetings.rsvp_views import MOST_ANSWERS, no_such_link, personal
from network.meetings.statuses import PollStatus
from network.meetings.views import MOST_WRONG_LINKS, district_of
from portal.rates import count_key, count_post


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def date_poll(request: HttpRequest, token: str) -> HttpResponse:
    """All proposed dates with one's own answers, and the form to change them."""
    rows = PollInvitation.objects.with_token(token).filter(poll__district=district_of(request))
    invitation = rows.first()
    if invitation is None:
        count_post(request, "rsvp-unknown", MOST_WRONG_LINKS)
        return no_such_link(request)
    poll = invitation.poll
    form, status = VoteForm(invitation=invitation), 200
    if request.method == "POST":
        count_post(request, "poll")
        count_key(f"poll:{invitation.pk}", MOST_ANSWERS)
        form, status = VoteForm(request.POST, invitation=invitation), 422
        if form.is_valid():
            actions.vote(invitation=invitation, votes=form.votes(), comment=form.cleaned_data["comment"])
            response = redirect("date_poll", token)
            response.status_code = 303
            return response
    context: dict[str, Any] = {
        "poll": poll,
        "invitation": invitation,
        "form": form,
        "can_vote": can_vote(invitation),
        "is_decided": poll.status == PollStatus.DECIDED,
        "is_withdrawn": poll.status == PollStatus.WITHDRAWN,
        "meeting": poll.meeting,
        "noindex": True,
        "report_path": reverse("meetings"),
    }
    return render(request, "network/meetings/date_poll.html", context, status=status)
