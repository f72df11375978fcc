"""How readers come to the papers of a meeting: by account or by personal link. Everybody else meets the same 404."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from network.meetings.models import Invitation, Meeting
from network.members.models import Member
from network.minutes.models import Minutes
from network.minutes.personal import invitation_with
from portal.errors import DomainError
from portal.models import District
from portal.rates import count_post

MOST_WRONG_LINKS = 100
"""Wrong personal links one address may try in an hour."""


class NoSuchLink(DomainError):
    """A personal link that is unknown, withdrawn or too old; which of them, nobody learns."""

    status = 404


@dataclass(frozen=True)
class Door:
    """A reader before the papers of one meeting: a member, somebody invited, or both."""

    meeting: Meeting
    member: Member | None
    invitation: Invitation | None
    token: str = ""

    @classmethod
    def open(cls, request: HttpRequest, *, slug: str = "", token: str = "") -> Door:
        """Who reads which meeting. Raises `NoSuchLink` or `Http404` for everybody who may not know of it."""
        district = district_of(request)
        if token:
            invitation = invitation_with(token, district)
            if invitation is None:
                raise no_such_link(request)
            return cls(invitation.meeting, invitation.member, invitation, token)
        member = reading_member(request, district)
        rows = Meeting.objects.of(district).visible_to(member).select_related("district__site", "organiser")
        meeting = get_object_or_404(rows, slug=slug)
        invitation = None
        if member is not None:
            invitation = Invitation.objects.live().filter(meeting=meeting, member=member).first()
        if invitation is not None:
            invitation.meeting, invitation.member = meeting, member
        return cls(meeting, member, invitation)

    def minutes(self) -> Minutes | None:
        """The minutes, if this reader may read them now."""
        rows = Minutes.objects.select_related("meeting__district__site", "meeting__organiser").filter(
            meeting=self.meeting
        )
        if self.token and self.invitation is not None:
            return rows.readable_with(self.invitation).first()
        return rows.readable_by(self.member).first()

    def address(self, page: str) -> str:
        """The path of another page for this reader: `agenda`, `minutes` or a kind of paper."""
        names = {"agenda": ("papers", "meeting_agenda"), "minutes": ("papers_minutes", "meeting_minutes")}
        by_link, by_account = names[page]
        return reverse(by_link, args=[self.token]) if self.token else reverse(by_account, args=[self.meeting.slug])

    def context(self) -> dict[str, Any]:
        """What every page of papers shows."""
        return {
            "meeting": self.meeting,
            "member": self.member,
            "invitation": self.invitation,
            "token": self.token,
            "agenda_path": self.address("agenda"),
            "minutes_path": self.address("minutes"),
            "noindex": True,
            # A personal link must not reach those who read what visitors report about a page.
            "report_path": reverse("meetings"),
        }


def secret(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for one reader: kept by nobody, found by no search engine, its refusals in words."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except DomainError as refusal:
            title = _("Page not found") if refusal.status == 404 else _("That did not work")
            context = {"title": title, "sentence": str(refusal), "noindex": True}
            response = render(request, "error.html", context, status=refusal.status)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return inner


def no_such_link(request: HttpRequest) -> DomainError:
    """The refusal of a wrong link, counted."""
    count_post(request, "papers-unknown", MOST_WRONG_LINKS)
    return NoSuchLink(_("This link does not exist or no longer works. Please write to those who invited you."))


def district_of(request: HttpRequest) -> District:
    """The district of the site that is read. Raises `Http404` where there is none."""
    try:
        return District.objects.for_request(request)
    except District.DoesNotExist as missing:
        raise Http404 from missing


def reading_member(request: HttpRequest, district: District) -> Member | None:
    """The member who is logged in, with the second factor where one is required.

    A request without the cookie of a login touches no session.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if settings.LOTSE_SECOND_FACTOR and not is_mfa_enabled(request.user):
        return None
    return Member.objects.of(district).active().for_user(request.user).select_related("organisation").first()
