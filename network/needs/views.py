"""Pages of the register for members of the network. Nobody else learns whether a need exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from network.members.models import Member
from network.needs import actions
from network.needs.forms import FilterForm, JoinForm, ReportForm, VoteForm
from network.needs.linking import links_of
from network.needs.matrix import matrix_of
from network.needs.models import Need, VotingRound
from network.needs.permissions import can_join, can_vote
from network.needs.querysets import NeedQuerySet
from network.needs.similar import Likeness, similar_needs
from network.needs.statuses import NeedStatus
from network.needs.voting_models import Ballot
from portal.errors import DomainError
from portal.languages import complete_codes
from portal.models import District
from portal.rates import count_key

PER_PAGE = 20
MOST_REPORTS = 30
"""Needs that one member may report in an hour; each writes mails."""

View = Callable[..., HttpResponse]


def members_only(view: View) -> View:
    """The view, for an active member of the site's network, as its second argument. Nothing of it is ever cached."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            district = District.objects.for_request(request)
        except District.DoesNotExist as missing:
            raise Http404 from missing
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        member = _member(request, district)
        if member is None:
            raise Http404
        response = view(request, member, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return inner


@require_safe
@members_only
def needs(request: HttpRequest, member: Member) -> HttpResponse:
    """The register: what the network knows, in the coordinators' order, with filters."""
    form = FilterForm(request.GET, district=member.district)
    rows = _filtered(Need.objects.visible_to(member), form.chosen())
    newest = VotingRound.objects.of(member.district).begun().first()
    page = Paginator(_ordered(rows.with_votes(newest)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "round": newest,
        "can_vote": can_vote(member, newest),
        "is_filtered": bool(form.chosen()),
        **_frame(member),
    }
    return render(request, "network/needs/need_list.html", context)


@require_safe
@members_only
def matrix(request: HttpRequest, member: Member) -> HttpResponse:
    """Effort × impact of what is not answered yet."""
    rows = list(Need.objects.visible_to(member).ranked())
    return render(request, "network/needs/matrix.html", {"matrix": matrix_of(rows), **_frame(member)})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def report(request: HttpRequest, member: Member) -> HttpResponse:
    """Report a need. Before it is sent, needs like it are shown: joining one of them helps more than a second one."""
    form = ReportForm(request.POST if request.method == "POST" else None, district=member.district)
    context: dict[str, Any] = {"form": form, **_frame(member)}
    if request.method != "POST":
        return render(request, "network/needs/report.html", context)
    if not form.is_valid():
        return render(request, "network/needs/report.html", context, status=422)
    if (sent := Need.objects.sent_with(member, form.cleaned_data["key"])) is not None:
        return _see_other(sent, "thanks")
    likes = _similar(member, form)
    # Only needs that were shown can be joined or passed over.
    if likes and request.POST.get("seen") != _codes(likes):
        return render(request, "network/needs/report.html", {**context, "similar": likes, "seen": _codes(likes)})
    joined = next((like.need for like in likes if like.need.code == request.POST.get("join")), None)
    try:
        count_key(f"need-report:{member.pk}", MOST_REPORTS)
        return _see_other(_keep(member, form, joined), "joined" if joined else "thanks")
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "network/needs/report.html", context, status=refusal.status)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def need(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """One need with its history, links and votes, and "we have this too"."""
    rows = Need.objects.of(member.district).visible_to(member).coded(code)
    newest = VotingRound.objects.of(member.district).begun().first()
    related = ("merged_into", "owner__organisation", "district__site")
    found = get_object_or_404(rows.with_votes(newest).select_related(*related))
    form = JoinForm(request.POST if request.method == "POST" else None, district=member.district)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                count_key(f"need-report:{member.pk}", MOST_REPORTS)
                words, looked = form.cleaned_data["words"], form.cleaned_data["is_checked"]
                actions.join_need(need=found, member=member, words=words, was_looked_at=looked)
                return _see_other(found, "joined")
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
    context = {**_details(member, found), "form": form, "round": newest, "done": request.GET.get("done", "")}
    return render(request, "network/needs/need.html", {**context, **_frame(member)}, status=status)


@require_safe
@members_only
def my_needs(request: HttpRequest, member: Member) -> HttpResponse:
    """What the member reported, and what became of it; also what they are in charge of."""
    mine = Need.objects.of(member.district).reported_by(member).select_related("merged_into")
    owned = Need.objects.of(member.district).filter(owner=member)
    return render(request, "network/needs/my_needs.html", {"mine": mine, "owned": owned, **_frame(member)})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def vote(request: HttpRequest, member: Member) -> HttpResponse:
    """The vote of the member's organisation: dots for needs. It may be changed until the round is over."""
    voting_round = VotingRound.objects.of(member.district).begun().first()
    if voting_round is None:
        return render(request, "network/needs/vote.html", {"round": None, **_frame(member)})
    ballot = Ballot.objects.of_organisation(voting_round, member.organisation).first()
    own = dict(ballot.dots.values_list("need_id", "number")) if ballot else {}
    may = can_vote(member, voting_round)
    rows = Need.objects.of(member.district).with_votes(voting_round)
    shown = list(rows.votable().ranked() if may else rows.visible_to(member).filter(votes__gt=0).order_by("-votes"))
    form = VoteForm(request.POST if request.method == "POST" else None, voting_round=voting_round, needs=shown, own=own)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.cast_vote(voting_round=voting_round, member=member, dots=form.dots())
                return _redirect(f"{reverse('need_vote')}?done=voted")
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
    context = {
        "round": voting_round,
        "ballot": ballot,
        "can_vote": may,
        "form": form,
        "needs": shown,
        "used": sum(own.values()),
        "ballots": voting_round.ballots.count(),
        "done": request.GET.get("done", ""),
        **_frame(member),
    }
    return render(request, "network/needs/vote.html", context, status=status)


def _member(request: HttpRequest, district: District) -> Member | None:
    """The member who reads. Where staff need a second factor, a member without one is nobody here."""
    if settings.LOTSE_SECOND_FACTOR and not is_mfa_enabled(request.user):
        return None
    rows = Member.objects.of(district).active().for_user(request.user)
    return rows.select_related("district__site", "organisation").first()


def _frame(member: Member) -> dict[str, Any]:
    return {"member": member, "noindex": True, "translations": complete_codes(), "report_path": reverse("meetings")}


def _filtered(rows: NeedQuerySet, chosen: dict[str, Any]) -> NeedQuerySet:
    if "category" in chosen:
        rows = rows.filter(category=chosen["category"])
    if "town" in chosen:
        rows = rows.in_town(chosen["town"])
    if "q" in chosen:
        rows = rows.with_words(chosen["q"])
    return rows.filter(status=chosen["status"]) if "status" in chosen else rows


def _ordered(rows: NeedQuerySet) -> NeedQuerySet:
    return rows.in_order().prefetch_related("municipalities")


def _similar(member: Member, form: ReportForm) -> list[Likeness]:
    data = form.cleaned_data
    return similar_needs(
        Need.objects.visible_to(member).living(),
        title=data["title"],
        description=data["description"],
        category=data["category"],
        towns=[town.pk for town in data["municipalities"]],
    )


def _codes(likes: list[Likeness]) -> str:
    return " ".join(sorted(like.need.code for like in likes))


def _keep(member: Member, form: ReportForm, joined: Need | None) -> Need:
    data = form.cleaned_data
    if joined is not None:
        actions.join_need(need=joined, member=member, words=data["description"], was_looked_at=data["is_checked"])
        return joined
    return actions.report_need(
        member=member,
        facts=form.facts(),
        towns=data["municipalities"],
        was_looked_at=data["is_checked"],
        key=data["key"],
    )


def _details(member: Member, found: Need) -> dict[str, Any]:
    into = found.merged_into
    return {
        "need": found,
        "events": found.events.told(),
        "links": links_of(found, member),
        "reporters": found.reports.count() + sum(other.reports.count() for other in found.merged_needs.all()),
        "own_report": found.reports.filter(member=member).first(),
        "can_join": can_join(member, found),
        "goes_on_in": into if into and Need.objects.visible_to(member).filter(pk=into.pk).exists() else None,
        "is_new": found.status == NeedStatus.NEW,
    }


def _see_other(found: Need, done: str) -> HttpResponse:
    return _redirect(f"{found.get_absolute_url()}?done={done}")


def _redirect(path: str) -> HttpResponse:
    response = redirect(path)
    response.status_code = 303
    return response
