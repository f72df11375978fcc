"""The personal pages of invited people and of whoever comes for them. No account; reading changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from network.meetings import actions
from network.meetings.forms import AnswerForm
from network.meetings.models import Invitation, Rsvp
from network.meetings.permissions import (
    can_answer,
    can_answer_as_delegate,
    can_check_in_oneself,
    can_join,
    can_join_as_delegate,
    can_open_file,
)
from network.meetings.running_order import running_order
from network.meetings.statuses import OFF, Mode
from network.meetings.views import MOST_WRONG_LINKS, district_of, handed_out, secret
from portal.errors import DomainError
from portal.rates import count_key, count_post
from portal.seats import place_in_queue

MOST_ANSWERS = 30
"""Answers to one invitation in an hour; each may send a mail to a delegate."""

DOOR = "network_meetings:door_person"
"""Where the organisers note somebody; it is no secret, because only they get in."""

View = Callable[..., HttpResponse]


def personal(view: View) -> View:
    """A page behind a personal link: refusals in words, nothing kept by anybody on the way."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except DomainError as refusal:
            context = {"title": _("That did not work"), "sentence": str(refusal), "noindex": True}
            response = render(request, "error.html", context, status=refusal.status)
        return secret(response)

    return inner


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def rsvp(request: HttpRequest, token: str) -> HttpResponse:
    """The personal page: the meeting, one's answer and seat, and the form to change it."""
    invitation = _invitation(request, token)
    if invitation is None:
        return no_such_link(request)
    form = AnswerForm(meeting=invitation.meeting, rsvp=invitation.rsvp)
    status = 200
    if request.method == "POST":
        count_post(request, "rsvp")
        count_key(f"rsvp:{invitation.pk}", MOST_ANSWERS)
        form = AnswerForm(request.POST, meeting=invitation.meeting, rsvp=invitation.rsvp)
        status = 422
        if form.is_valid():
            if can_answer(invitation) and form.is_stale:
                # The page shows the new date and keeps what was typed; sending it once more answers to that.
                form = form.again()
                status = 409
            else:
                actions.answer(invitation=invitation, **form.for_answer())
                return _back(token)
    context = {**_personal(invitation, token), "form": form}
    return render(request, "network/meetings/rsvp.html", context, status=status)


@require_http_methods(["POST"])
@personal
def rsvp_here(request: HttpRequest, token: str) -> HttpResponse:
    """“I am here”, with the personal link."""
    invitation = _invitation(request, token)
    if invitation is None:
        return no_such_link(request)
    count_key(f"rsvp:{invitation.pk}", MOST_ANSWERS)
    actions.check_in_oneself(invitation=invitation)
    return _back(token)


@require_safe
@personal
def rsvp_file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A file of the meeting, with the personal link."""
    invitation = _invitation(request, token)
    file = invitation.meeting.files.filter(pk=pk).first() if invitation else None
    if invitation is None or file is None or not can_open_file(file, invitation=invitation):
        return no_such_link(request)
    return handed_out(file)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def rsvp_delegate(request: HttpRequest, token: str) -> HttpResponse:
    """The page of whoever was named to come instead: what it is about, and yes or no, once."""
    rsvp = Rsvp.objects.with_delegate_token(token).first()
    if rsvp is None or rsvp.invitation.meeting.district_id != district_of(request).pk:
        count_post(request, "rsvp-unknown", MOST_WRONG_LINKS)
        return no_such_link(request)
    if request.method == "POST":
        count_post(request, "rsvp")
        comes = request.POST.get("comes")
        if comes in {"yes", "no"}:
            actions.answer_as_delegate(rsvp=rsvp, comes=comes == "yes")
            if comes == "no":
                context = {"title": _("Thank you"), "sentence": _("We have told those who asked you."), "noindex": True}
                return render(request, "network/meetings/done.html", context)
            response = redirect("rsvp_delegate", token)
            response.status_code = 303
            return response
    found = rsvp.invitation.meeting
    context = {
        "meeting": found,
        "rsvp": rsvp,
        "invitation": rsvp.invitation,
        "order": running_order(found, found.agenda.all()),
        "can_answer": can_answer_as_delegate(rsvp),
        "is_off": found.status in OFF,
        "join_link": found.join_link if can_join_as_delegate(rsvp, found) else "",
        "noindex": True,
        "report_path": reverse("meetings"),
    }
    return render(request, "network/meetings/delegate.html", context, status=200 if request.method != "POST" else 422)


def no_such_link(request: HttpRequest) -> HttpResponse:
    """The answer to every link that does not work, whatever the reason."""
    sentence = _("This link does not exist or no longer works. Please write to those who invited you.")
    context = {"title": _("Page not found"), "sentence": sentence, "noindex": True}
    return render(request, "error.html", context, status=404)


def _invitation(request: HttpRequest, token: str) -> Invitation | None:
    district = district_of(request)
    found: Invitation | None = Invitation.objects.with_token(token).filter(meeting__district=district).first()
    if found is None:
        count_post(request, "rsvp-unknown", MOST_WRONG_LINKS)
    return found


def _back(token: str) -> HttpResponse:
    response = redirect("rsvp", token)
    response.status_code = 303
    return response


def _door(invitation: Invitation) -> str:
    """Where the organisers note this person; empty in a process without the pages of staff."""
    try:
        path = reverse(DOOR, args=[invitation.meeting_id, invitation.pk])
    except NoReverseMatch:
        return ""
    return f"{invitation.meeting.district.site.root_url}{path}"


def _personal(invitation: Invitation, token: str) -> dict[str, Any]:
    found, answer = invitation.meeting, invitation.rsvp
    waiting = []
    if answer.queue_no:
        waiting = list(Rsvp.objects.counted(found).exclude(queue_no=None).values_list("queue_no", flat=True))
    return {
        "meeting": found,
        "order": running_order(found, found.agenda.all()),
        "files": list(found.files.all()),
        "token": token,
        "invitation": invitation,
        "rsvp": answer,
        "place_in_queue": place_in_queue(answer.queue_no, waiting) if answer.queue_no else None,
        "join_link": found.join_link if can_join(answer, found) else "",
        "can_answer": can_answer(invitation),
        "door_address": _door(invitation) if found.mode != Mode.ONLINE else "",
        "can_check_in": can_check_in_oneself(invitation),
        "attendance": getattr(invitation, "attendance", None),
        "is_off": found.status in OFF,
        "noindex": True,
        # The link must not reach those who read what visitors report about a page.
        "report_path": reverse("meetings"),
    }
