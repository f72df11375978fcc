"""The directory for members, and the page on which they look after their own entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from network.members import actions
from network.members.coverage import covered, ways_out
from network.members.entry_forms import DirectoryForm, EntryForm, LinkForm
from network.members.models import Member
from network.members.personal import member_of_entry
from portal.errors import DomainError
from portal.languages import complete_codes
from portal.models import District
from portal.rates import count_key, count_post

PER_PAGE = 30
MOST_POSTS = 30
"""Changes of one entry in an hour."""
MOST_LINKS = 3
"""New links to one address in an hour."""
MOST_WRONG_LINKS = 100

View = Callable[..., HttpResponse]


def kept_by_nobody(view: View) -> View:
    """A page for one reader: not cached, found by no search engine, its refusals in words."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except DomainError as refusal:
            context = {"title": _("That did not work"), "sentence": str(refusal), "noindex": True}
            response = render(request, "error.html", context, status=refusal.status)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return inner


def members_only(view: View) -> View:
    """The view for an active member who is logged in, as its second argument. Everybody else learns nothing."""

    @wraps(view)
    @kept_by_nobody
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        district = _district(request)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            try:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            except NoReverseMatch as public:  # a process without accounts
                raise Http404 from public
        member = _reader(request, district)
        if member is None:
            raise Http404
        return view(request, member, *args, **kwargs)

    return inner


@require_safe
@members_only
def directory(request: HttpRequest, member: Member) -> HttpResponse:
    """People of the network, and who is there for a town on a day."""
    form = DirectoryForm(request.GET, district=member.district)
    chosen = form.chosen()
    day = chosen.get("day") or timezone.localdate()
    rows = Member.objects.of(member.district).listed().select_related("organisation").prefetch_related("areas")
    town = form.towns.get(chosen.get("town", ""))
    if town is not None:
        rows = rows.filter(areas=town)
    if "role" in chosen:
        rows = rows.filter(role=chosen["role"])
    if "level" in chosen:
        rows = rows.at_levels([chosen["level"]])
    page = Paginator(rows.with_words(chosen.get("q", "")).order_by("name", "pk"), PER_PAGE)
    found = page.get_page(request.GET.get("page"))
    for one in found.object_list:
        one.is_away = one.is_absent_on(day)
    context = {
        "form": form,
        "page": found,
        "is_filtered": bool(chosen),
        "cover": covered(member.district, [town], day)[0] if town else None,
        "ways": ways_out(member.district, town, day) if town else None,
        **_frame(member, day),
    }
    return render(request, "network/members/directory.html", context)


@require_safe
@members_only
def coverage(request: HttpRequest, member: Member) -> HttpResponse:
    """All towns of the district on a day: who is there, and where nobody is."""
    form = DirectoryForm(request.GET, district=member.district)
    day = form.chosen().get("day") or timezone.localdate()
    rows = covered(member.district, form.towns.values(), day)
    context = {
        "form": form,
        "rows": rows,
        "empty": [row for row in rows if row.nobody and not row.hidden],
        **_frame(member, day),
    }
    return render(request, "network/members/coverage.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
def own_entry(request: HttpRequest, token: str = "") -> HttpResponse:
    """One's own entry: confirm, change, end the links. By account or by personal link; reading changes nothing."""
    member = _own(request, token)
    if isinstance(member, HttpResponse):
        return member
    form, status = EntryForm(member=member), 200
    if request.method == "POST":
        _count(request, member)
        who: dict[str, Any] = {"member": member, "user": None if token else request.user}
        if "confirm" in request.POST:
            actions.confirm_entry(**who)
            return _see_other(_address(token), "confirmed")
        if "end_links" in request.POST:
            actions.end_links(**who)
            sentence = _("All personal links to your entry have ended. A new one is on its way to you by mail.")
            return _said(request, _("Links ended"), sentence)
        form, status = EntryForm(request.POST, member=member), 422
        if form.is_valid():
            actions.change_entry(**who, **form.cleaned_data)
            return _see_other(_address(token), "saved")
    context = {
        "form": form,
        "token": token,
        "leave_path": _address(token, "leave_network"),
        "done": request.GET.get("done") if request.method != "POST" else "",
        **_frame(member, timezone.localdate()),
        "translations": [],
    }
    return render(request, "network/members/own_entry.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
def leave_network(request: HttpRequest, token: str = "") -> HttpResponse:
    """Leave the network: what ends with it, and the button."""
    member = _own(request, token)
    if isinstance(member, HttpResponse):
        return member
    if request.method == "POST":
        _count(request, member)
        actions.leave(member=member, user=None if token else request.user)
        return _said(request, _("You have left the network"), _("Your entry and all your links have ended."))
    context = {"back": _address(token), **_frame(member, timezone.localdate()), "translations": []}
    return render(request, "network/members/leave.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """A new personal link by mail. The answer is the same whether somebody has this address or not."""
    district = _district(request)
    form, status = LinkForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        count_post(request, "member-link")
        status = 422
        if form.is_valid():
            email = form.cleaned_data["email"]
            count_key(f"member-link:{district.pk}:{email.lower()}", MOST_LINKS)
            member = Member.objects.of(district).active().filter(email__iexact=email).first()
            if member is not None:
                actions.send_link(member=member)
            sentence = _("If this address belongs to somebody in the network, a mail with a link is on its way.")
            return _said(request, _("Please look into your mails"), sentence)
    context = {"form": form, "noindex": True, "translations": []}
    return render(request, "network/members/ask_for_link.html", context, status=status)


def _own(request: HttpRequest, token: str) -> Member | HttpResponse:
    """Whose entry it is; or the answer to somebody who has none."""
    district = _district(request)
    if token:
        member = member_of_entry(token, district)
        if member is not None:
            return member
        count_post(request, "member-unknown", MOST_WRONG_LINKS)
        return render(request, "network/members/no_link.html", {"noindex": True}, status=404)
    reader = _reader(request, district)
    if reader is None:
        raise Http404
    return reader


def _reader(request: HttpRequest, district: District) -> Member | None:
    """The member who is logged in, with the second factor where one is required. No cookie, no session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if settings.LOTSE_SECOND_FACTOR and not is_mfa_enabled(request.user):
        return None
    rows = Member.objects.of(district).active().for_user(request.user)
    return rows.select_related("organisation", "district__site").first()


def _district(request: HttpRequest) -> District:
    try:
        return District.objects.for_request(request)
    except District.DoesNotExist as missing:
        raise Http404 from missing


def _count(request: HttpRequest, member: Member) -> None:
    count_post(request, "member")
    count_key(f"member:{member.pk}", MOST_POSTS)


def _address(token: str, name: str = "own_entry") -> str:
    return reverse(f"{name}_link", args=[token]) if token else reverse(name)


def _see_other(path: str, done: str) -> HttpResponse:
    response = redirect(f"{path}?done={done}")
    response.status_code = 303
    return response


def _said(request: HttpRequest, title: str, sentence: str) -> HttpResponse:
    return render(request, "network/members/said.html", {"title": title, "sentence": sentence, "noindex": True})


def _frame(member: Member, day: date) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "member": member,
        "day": day,
        "today": today,
        "next_monday": today + timedelta(days=7 - today.weekday()),
        "noindex": True,
        "translations": complete_codes(),
        # A personal link must not reach those who read what visitors report about a page.
        "report_path": reverse("meetings"),
    }
