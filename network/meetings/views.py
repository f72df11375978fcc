"""Pages and calendar files of meetings, and the personal page where an invited person answers."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from network.meetings import actions
from network.meetings.feeds import calendar_of, event_json
from network.meetings.forms import AnswerForm
from network.meetings.models import Invitation, Meeting, Rsvp
from network.meetings.permissions import can_answer, can_join
from network.meetings.running_order import running_order
from network.meetings.statuses import OFF, Audience
from network.members.models import FeedToken, Member
from portal.errors import DomainError
from portal.languages import complete_codes
from portal.models import District
from portal.rates import count_key, count_post
from portal.seats import place_in_queue

MOST_WRONG_LINKS = 100
"""Wrong personal links one address may try in an hour. They cannot be guessed; this keeps the noise down."""

MOST_ANSWERS = 30
"""Answers to one invitation in an hour; each may send a mail to a delegate."""


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What takes place next: public meetings for everybody, the network's own for its members."""
    district = _district(request)
    member = _reading_member(request, district)
    upcoming = Meeting.objects.of(district).visible_to(member).upcoming()
    context = {"meetings": upcoming, "member": member, "translations": complete_codes(), "off": OFF}
    return _for(member, render(request, "network/meetings/meeting_list.html", context))


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting: when, where, agenda. Who may not know of it gets the same answer as for one that does not exist."""
    member, found = _visible_meeting(request, slug)
    is_public = found.audience == Audience.PUBLIC
    rsvp = _own_answer(member, found)
    context = {
        "meeting": found,
        "order": running_order(found, found.agenda.all()),
        "member": member,
        "rsvp": rsvp,
        "join_link": found.join_link if can_join(rsvp, found) else "",
        "is_public": is_public,
        "is_off": found.status in OFF,
        "translations": complete_codes() if is_public else [],
        "noindex": not is_public,
        "event_json": event_json(found) if is_public else "",
    }
    return _for(member, render(request, "network/meetings/meeting.html", context))


@require_safe
def meeting_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting as a calendar file."""
    member, found = _visible_meeting(request, slug)
    return _for(member, _calendar([found], file_name=f"{found.slug}.ics"))


@require_safe
def meetings_feed(request: HttpRequest) -> HttpResponse:
    """The public meetings for calendar programs to subscribe to. The same for everybody, logged in or not."""
    district = _district(request)
    rows = Meeting.objects.of(district).public().for_feed().select_related("district__site")
    name = _("Meetings in {district}").format(district=district.name)
    return _calendar(rows, file_name="calendar.ics", name=name)


@require_safe
def personal_feed(request: HttpRequest, token: str) -> HttpResponse:
    """A member's own calendar at its secret address. Membership is asked at every fetch: who left gets 404."""
    feed = FeedToken.objects.with_token(token).filter(member__district=_district(request)).first()
    if feed is None or not feed.member.is_active_on(timezone.localdate()):
        count_post(request, "feed-unknown", MOST_WRONG_LINKS)
        raise Http404
    if feed.last_used != timezone.localdate():
        feed.last_used = timezone.localdate()
        feed.save(update_fields=["last_used"])
    district = feed.member.district
    rows = Meeting.objects.of(district).visible_to(feed.member).for_feed().select_related("district__site")
    with translation.override(feed.member.language):
        name = _("My meetings in {district}").format(district=district.name)
        response = _calendar(rows, file_name="calendar.ics", name=name)
    patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def rsvp(request: HttpRequest, token: str) -> HttpResponse:
    """The personal page: the meeting, one's answer and seat, and the form to change it. No account, no session."""
    try:
        response = _rsvp(request, token)
    except DomainError as refusal:
        context = {"title": _("That did not work"), "sentence": str(refusal), "noindex": True}
        response = render(request, "error.html", context, status=refusal.status)
    return _secret(response)


def _rsvp(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.with_token(token).filter(meeting__district=_district(request)).first()
    if invitation is None:
        count_post(request, "rsvp-unknown", MOST_WRONG_LINKS)
        return _no_such_link(request)
    form = AnswerForm(meeting=invitation.meeting, rsvp=invitation.rsvp)
    status = 200
    if request.method == "POST":
        count_post(request, "rsvp")
        count_key(f"rsvp:{invitation.pk}", MOST_ANSWERS)
        form = AnswerForm(request.POST, meeting=invitation.meeting, rsvp=invitation.rsvp)
        if form.is_valid():
            actions.answer(invitation=invitation, **form.cleaned_data)
            response = redirect("rsvp", token)
            response.status_code = 303
            return response
        status = 422
    context = _personal(invitation)
    context["form"] = form
    return render(request, "network/meetings/rsvp.html", context, status=status)


def _personal(invitation: Invitation) -> dict[str, Any]:
    found, answer = invitation.meeting, invitation.rsvp
    waiting = Rsvp.objects.counted(found).exclude(queue_no=None).values_list("queue_no", flat=True)
    return {
        "meeting": found,
        "order": running_order(found, found.agenda.all()),
        "invitation": invitation,
        "rsvp": answer,
        "place_in_queue": place_in_queue(answer.queue_no, waiting) if answer.queue_no else None,
        "join_link": found.join_link if can_join(answer, found) else "",
        "can_answer": can_answer(invitation),
        "is_off": found.status in OFF,
        "noindex": True,
        # The link must not reach those who read what visitors report about a page.
        "report_path": reverse("meetings"),
    }


def _no_such_link(request: HttpRequest) -> HttpResponse:
    sentence = _("This link does not exist or no longer works. Please write to those who invited you.")
    context = {"title": _("Page not found"), "sentence": sentence, "noindex": True}
    return render(request, "error.html", context, status=404)


def _district(request: HttpRequest) -> District:
    try:
        return District.objects.for_request(request)
    except District.DoesNotExist as missing:
        raise Http404 from missing


def _reading_member(request: HttpRequest, district: District) -> Member | None:
    """The member who reads, if staff are logged in; a request without their cookie touches no session at all."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if settings.LOTSE_SECOND_FACTOR and not is_mfa_enabled(request.user):
        return None
    return Member.objects.of(district).active().for_user(request.user).first()


def _visible_meeting(request: HttpRequest, slug: str) -> tuple[Member | None, Meeting]:
    district = _district(request)
    member = _reading_member(request, district)
    rows = Meeting.objects.of(district).visible_to(member).select_related("district__site", "organiser")
    return member, get_object_or_404(rows, slug=slug)


def _own_answer(member: Member | None, found: Meeting) -> Rsvp | None:
    if member is None:
        return None
    return Rsvp.objects.counted(found).filter(invitation__member=member).first()


def _calendar(rows: Any, *, file_name: str, name: str = "") -> HttpResponse:
    response = HttpResponse(calendar_of(rows, name=name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


def _for(member: Member | None, response: HttpResponse) -> HttpResponse:
    """What a member sees stays out of every cache; what everybody sees may be kept."""
    if member is not None:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
