"""Needs in the admin: check, correct, move on, merge, put in order, link; and the voting rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.views import generic

from network.members.viewsets import DistrictCreateView, DistrictEditView, DistrictViewSet
from network.needs import actions
from network.needs.linking import links_of
from network.needs.models import Need, VotingRound
from network.needs.similar import similar_needs
from network.needs.staff_forms import (
    DecisionForm,
    LinkForm,
    MergeForm,
    NeedForm,
    RankForm,
    RoundForm,
    StatusForm,
)
from network.needs.statuses import MERGEABLE, RANKED, TRANSITIONS, NeedStatus
from portal.errors import DomainError
from portal.models import District

ADMIN = "network/needs/admin"
LONGEST_HINT = 600
"""Characters that an address may fill into a new need."""


@dataclass(frozen=True)
class Verb:
    """Something a coordinator does with a need: its form, and the action that the filled form calls."""

    label: str | Promise
    form: type[DecisionForm]
    run: Callable[[Need, Any, dict[str, Any]], Any]
    done: str | Promise
    states: frozenset[str]


def _looked(data: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: value for name, value in data.items() if name != "is_checked"},
        "was_looked_at": data["is_checked"],
    }


VERBS: dict[str, Verb] = {
    "status": Verb(
        gettext_lazy("New status"),
        StatusForm,
        lambda need, user, data: actions.change_status(need=need, user=user, **_looked(data)),
        gettext_lazy("The status was changed. Those who reported the need get a mail."),
        frozenset(status for status, following in TRANSITIONS.items() if following),
    ),
    "rank": Verb(
        gettext_lazy("Put in order"),
        RankForm,
        lambda need, user, data: actions.rank(need=need, user=user, **_looked(data)),
        gettext_lazy("The need has its place."),
        RANKED,
    ),
    "merge": Verb(
        gettext_lazy("Merge with another need"),
        MergeForm,
        lambda need, user, data: actions.merge(need=need, user=user, **_looked(data)),
        gettext_lazy("The needs were merged. Those who reported them get a mail."),
        MERGEABLE,
    ),
    "link": Verb(
        gettext_lazy("Link"),
        LinkForm,
        lambda need, user, data: actions.link(
            need=need, user=user, kind=data["kind"], target=data["target"], title=data["title"]
        ),
        gettext_lazy("The link was added."),
        frozenset(NeedStatus) - {NeedStatus.MERGED},
    ),
}


class NeedInspectView(generic.InspectView):
    """A need with its reports, history, likes of it, and what can be done with it now."""

    page_title = gettext_lazy("Need")
    template_name = f"{ADMIN}/need_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        need: Need = self.object
        others = Need.objects.of(need.district).living().exclude(pk=need.pk)
        newest = VotingRound.objects.of(need.district).begun().first()
        return {
            **super().get_context_data(**kwargs),
            "verbs": [
                (reverse("network_needs:act", args=[need.pk, name]), verb)
                for name, verb in VERBS.items()
                if need.status in verb.states
            ],
            "events": need.events.told(),
            "reports": need.reports.select_related("member", "organisation"),
            "taken_in": need.merged_needs.all(),
            "links": links_of(need, None),
            "link_rows": list(need.links.all()),
            "voted": Need.objects.filter(pk=need.pk).with_votes(newest).first(),
            "round": newest,
            "similar": similar_needs(
                others,
                title=need.title,
                description=need.description,
                category=need.category,
                towns=[town.pk for town in need.municipalities.all()],
            ),
        }


class NeedCreateView(DistrictCreateView):
    """A need that a coordinator writes down. Numbers from a report may come along in the address."""

    def get_initial(self) -> dict[str, Any]:
        given = {name: self.request.GET.get(name, "")[:LONGEST_HINT] for name in ("title", "evidence")}
        return {**super().get_initial(), **{name: text for name, text in given.items() if text}}

    def save_instance(self) -> Need:
        """Through the action, which asks, numbers, remembers and compares."""
        data = self.form.cleaned_data
        need = actions.take_over(
            district=District.objects.for_request(self.request),
            user=self.request.user,
            facts=self.form.facts(),
            towns=data["municipalities"],
            source=data["source"],
            was_looked_at=data["is_checked"],
        )
        if data["owner"] or data["partners"]:
            who = {"owner": data["owner"], "partners": data["partners"]}
            actions.edit_need(need=need, user=self.request.user, facts={}, **who)
        return need


class NeedEditView(DistrictEditView):
    """Corrects a need."""

    def save_instance(self) -> Need:
        """Through the action."""
        data = self.form.cleaned_data
        return actions.edit_need(
            need=self.object,
            user=self.request.user,
            facts=self.form.facts(),
            towns=data["municipalities"],
            partners=data["partners"],
            owner=data["owner"],
            was_looked_at=data["is_checked"],
        )


class NeedViewSet(DistrictViewSet):
    """The register of needs."""

    model = Need
    name = "network_needs"
    menu_label = gettext_lazy("Needs")
    icon = "list-ul"
    list_display = ["title", "code", "category", "status", "score", "position", "created_at"]
    list_filter = ["status", "category", "kind", "source"]
    search_fields = ["title", "description"]
    ordering = ["-year", "-number"]
    add_view_class = NeedCreateView
    edit_view_class = NeedEditView
    inspect_view_enabled = True
    inspect_view_class = NeedInspectView
    inspect_view_fields = [
        "description",
        "status",
        "status_note",
        "category",
        "kind",
        "municipalities",
        "stage",
        "reach",
        "since",
        "urgency",
        "impact",
        "effort",
        "score",
        "position",
        "position_reason",
        "risk_if_nothing",
        "evidence",
        "proposed_solution",
        "source",
        "visibility",
        "owner",
    ]
    inspect_template_name = f"{ADMIN}/need_inspect.html"

    def get_form_class(self, for_update: bool = False) -> type[NeedForm]:
        return NeedForm

    def get_urlpatterns(self) -> list[URLPattern]:
        """The views of the admin, and ours for what coordinators decide."""
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/links/<int:link>/remove/", self.guarded(remove_link), name="unlink"),
            path("<int:pk>/<str:verb>/", self.guarded(act), name="act"),
        ]


class RoundViewSet(DistrictViewSet):
    """Voting rounds."""

    model = VotingRound
    name = "network_rounds"
    menu_label = gettext_lazy("Voting rounds")
    icon = "tick-inverse"
    list_display = ["title", "first_day", "last_day", "dots"]
    ordering = ["-first_day"]

    def get_form_class(self, for_update: bool = False) -> type[RoundForm]:
        return RoundForm


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask what the verb needs to know, then do it. A refusal is shown on the same page, with what was typed."""
    need = get_object_or_404(Need.objects.select_related("district__site"), pk=pk)
    chosen = VERBS.get(verb)
    if chosen is None:
        return redirect("network_needs:inspect", pk)
    initial = {"position": need.position, "reason": need.position_reason, "into": request.GET.get("into")}
    form = chosen.form(request.POST if request.method == "POST" else None, need=need, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                chosen.run(need, request.user, form.cleaned_data)
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
            else:
                messages.success(request, str(chosen.done))
                return redirect("network_needs:inspect", pk)
    context = {"need": need, "verb": chosen, "form": form}
    return TemplateResponse(request, f"{ADMIN}/act.html", context, status=status)


@require_POST
def remove_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Take a link away."""
    actions.unlink(need=get_object_or_404(Need, pk=pk), user=request.user, pk=link)
    messages.success(request, _("The link was removed."))
    return redirect("network_needs:inspect", pk)
