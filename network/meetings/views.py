"""Pages and calendar files of meetings."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.meetings.feeds import calendar_of, event_json, personal_calendar_of
from network.meetings.files import content_of
from network.meetings.models import Meeting, MeetingFile, Rsvp
from network.meetings.permissions import can_join, can_open_file
from network.meetings.running_order import running_order
from network.meetings.statuses import OFF, Audience, FileAudience
from network.members.models import FeedToken, Member
from network.members.statuses import Level
from portal.downloads import as_download
from portal.languages import complete_codes
from portal.models import District
from portal.rates import count_post
from portal.sealing import Unreadable

PER_PAGE = 20
MOST_WRONG_LINKS = 100
"""Wrong secret addresses one address may try in an hour. They cannot be guessed; this keeps the noise down."""


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What takes place next, or did: public meetings for everybody, the network's own for its members."""
    district = district_of(request)
    member = reading_member(request, district)
    visible = Meeting.objects.of(district).visible_to(member)
    past = request.GET.get("when") == "past"
    rows = visible.past() if past else visible.upcoming()
    level = request.GET.get("level", "")
    if level in Level.values:
        rows = rows.filter(level=level)
    page = Paginator(rows.defer("summary"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "meetings": page.object_list,
        "page": page,
        "past": past,
        "level": level if level in Level.values else "",
        "levels": Level.choices,
        "member": member,
        "translations": complete_codes(),
        "noindex": bool(request.GET),
        "off": OFF,
    }
    return kept_from_caches(member, render(request, "network/meetings/meeting_list.html", context))


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting: when, where, agenda. Who may not know of it gets the same answer as for one that does not exist."""
    member, found = visible_meeting(request, slug)
    is_public = found.audience == Audience.PUBLIC
    rsvp = _own_answer(member, found)
    context = {
        "meeting": found,
        "order": running_order(found, found.agenda.select_related("need")),
        "member": member,
        "rsvp": rsvp,
        "join_link": found.join_link if can_join(rsvp, found) else "",
        "files": readable_files(found, member=member),
        "is_public": is_public,
        "is_off": found.status in OFF,
        "translations": complete_codes() if is_public else [],
        "noindex": not is_public,
        "event_json": event_json(found) if is_public else "",
    }
    return kept_from_caches(member, render(request, "network/meetings/meeting.html", context))


@require_safe
def meeting_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting as a calendar file."""
    member, found = visible_meeting(request, slug)
    return kept_from_caches(member, _calendar([found], file_name=f"{found.slug}.ics"))


@require_safe
def meeting_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file of a meeting, for those who may read it."""
    member, found = visible_meeting(request, slug)
    file = get_object_or_404(found.files.all(), pk=pk)
    file.meeting = found
    if not can_open_file(file, member=member):
        raise Http404
    return handed_out(file)


@require_safe
def meetings_feed(request: HttpRequest) -> HttpResponse:
    """The public meetings for calendar programs to subscribe to. The same for everybody, logged in or not."""
    district = district_of(request)
    rows = Meeting.objects.of(district).public().for_feed().select_related("district__site")
    name = _("Meetings in {district}").format(district=district.name)
    return _calendar(rows, file_name="calendar.ics", name=name)


@require_safe
def personal_feed(request: HttpRequest, token: str) -> HttpResponse:
    """A member's own calendar at its secret address. Membership is asked at every fetch: who left gets 404."""
    feed = FeedToken.objects.with_token(token).filter(member__district=district_of(request)).first()
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
        response = _as_calendar(personal_calendar_of(rows, feed.member, name=name), "calendar.ics")
    patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def readable_files(found: Meeting, *, member: Member | None) -> list[MeetingFile]:
    """The files of a meeting that this reader may open."""
    files = list(found.files.all())
    for file in files:
        file.meeting = found
    if all(file.audience == FileAudience.MEETING for file in files):
        return files
    return [file for file in files if can_open_file(file, member=member)]


def handed_out(file: MeetingFile) -> HttpResponse:
    """The file as a download."""
    try:
        return as_download(content_of(file), file.name)
    except Unreadable as gone:
        raise Http404 from gone


def district_of(request: HttpRequest) -> District:
    """The district whose site is asked; 404 where there is none."""
    try:
        return District.objects.for_request(request)
    except District.DoesNotExist as missing:
        raise Http404 from missing


def reading_member(request: HttpRequest, district: District) -> Member | None:
    """The member who reads, if staff are logged in; a request without their cookie touches no session at all."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if settings.LOTSE_SECOND_FACTOR and not is_mfa_enabled(request.user):
        return None
    return Member.objects.of(district).active().for_user(request.user).first()


def visible_meeting(request: HttpRequest, slug: str) -> tuple[Member | None, Meeting]:
    """Who reads, and the meeting if they may know of it; else 404, as for one that does not exist."""
    district = district_of(request)
    member = reading_member(request, district)
    rows = Meeting.objects.of(district).visible_to(member).select_related("district__site", "organiser")
    return member, get_object_or_404(rows, slug=slug)


def _own_answer(member: Member | None, found: Meeting) -> Rsvp | None:
    if member is None:
        return None
    return Rsvp.objects.counted(found).filter(invitation__member=member).first()


def _calendar(rows: Any, *, file_name: str, name: str = "") -> HttpResponse:
    return _as_calendar(calendar_of(rows, name=name), file_name)


def _as_calendar(text: bytes, file_name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


def kept_from_caches(member: Member | None, response: HttpResponse) -> HttpResponse:
    """What a member sees stays out of every cache; what everybody sees may be kept."""
    if member is not None:
        patch_cache_control(response, private=True, no_store=True)
    return response


def secret(response: HttpResponse) -> HttpResponse:
    """What a personal link shows: kept by nobody on the way, found by no search engine."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
