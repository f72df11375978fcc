"""Proposals in the admin: a provider sees its own courses and proposes, the office compares and decides."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.errors import DomainError
from portal.models import District
from services.courses import proposals, times
from services.courses.cards import places_of
from services.courses.models import Course, CourseProposal, CourseRun
from services.courses.permissions import can_manage_courses
from services.courses.proposal_forms import (
    ChangeForm,
    Difference,
    differences,
    plan_form,
    values_of,
    values_of_last,
    weekly_in_words,
)
from services.courses.proposal_models import ProposalStatus
from services.courses.proposal_permissions import can_propose, can_see_proposal
from services.courses.publishing import Plan
from services.courses.publishing_views import PublishScreen

MOST_ROWS = 100
ERRORS = (ValidationError, DomainError)


class _Page(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "calendar-alt"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.district = District.objects.for_request(request)
        if not self.may():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> bool:
        """Whether this person sees the page."""
        return can_propose(self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def refused(self, problem: Exception, **context: Any) -> HttpResponse:
        """The page again with the reason; nothing typed is lost."""
        status = problem.status if isinstance(problem, DomainError) else 422
        text = str(problem) if isinstance(problem, DomainError) else " ".join(getattr(problem, "messages", []))
        messages.error(self.request, text)
        return self.render_to_response(self.get_context_data(**context), status=status)


class OwnCourses(_Page):
    """What a provider sees after login: its courses with their runs, and what became of its proposals."""

    template_name = "services/courses/admin/staff_own_courses.html"
    page_title = gettext_lazy("Our courses")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        runs = CourseRun.objects.of(self.district).under_way(now).with_facts()
        mine = runs.filter(course__provider__accounts__user=self.request.user, course__provider__is_active=True)
        rows = [(run, places_of(run, now), times.days(run.starts_on, run.ends_on)) for run in mine[:MOST_ROWS]]
        made = CourseProposal.objects.of(self.district).by_user(self.request.user)
        return super().get_context_data(rows=rows, proposals=made.select_related("course", "run")[:MOST_ROWS], **kwargs)


class ProposeRun(PublishScreen):
    """The screen for a new run with "Propose" in place of "Publish"; the same preview, the same warnings."""

    def may(self) -> bool:
        return can_propose(self.request.user)

    def courses(self) -> Any:
        own = Course.objects.of(self.district).filter(provider__accounts__user=self.request.user)
        return own.filter(provider__is_active=True).select_related("provider")

    def finish(self, plan: Plan) -> HttpResponse:
        post = self.request.POST
        wish: dict[str, Any] = {
            name: post.get(name) for name in post if name not in ("csrfmiddlewaretoken", "do", "comment")
        }
        wish |= {name: post.getlist(name) for name in post if name.endswith("-weekdays")}
        proposals.propose_run(
            course=plan.course, wish=wish, user=self.request.user, comment=post.get("comment", ""), at=self.now
        )
        messages.success(self.request, _("Your proposal is with the office. Nothing is public yet."))
        return redirect(reverse("own_courses"))

    def get_page_title(self) -> str:
        return _("Propose a new run")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comment = self.request.POST.get("comment", "")[:500]
        return super().get_context_data(proposing=True, comment=comment, **kwargs)


class ProposeChange(_Page):
    """A change of one own run."""

    template_name = "services/courses/admin/staff_propose_change.html"
    page_title = gettext_lazy("Propose a change")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        runs = CourseRun.objects.of(District.objects.for_request(request)).filter(
            course__provider__accounts__user_id=request.user.pk or 0
        )
        self.run = get_object_or_404(runs.select_related("course__provider", "venue"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ChangeForm(request.POST, run=self.run)
        if not form.is_valid():
            return self.refused(ValidationError(_("Please correct the marked fields.")), form=form)
        comment = request.POST.get("comment", "")
        try:
            proposals.propose_change(run=self.run, wish=form.wish(self.run), user=request.user, comment=comment)
        except ERRORS as problem:
            return self.refused(problem, form=form)
        messages.success(request, _("Your proposal is with the office. Nothing is public yet."))
        return redirect(reverse("own_courses"))

    def get_page_subtitle(self) -> str:
        return self.run.code

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ChangeForm(initial=values_of(self.run), run=self.run))
        comment = self.request.POST.get("comment", "")[:500]
        return super().get_context_data(run=self.run, comment=comment, **kwargs)


class Proposals(_Page):
    """What waits for the office, longest first, and what was decided lately."""

    template_name = "services/courses/admin/staff_proposals.html"
    page_title = gettext_lazy("Proposals of providers")
    header_icon = "mail"

    def may(self) -> bool:
        return can_manage_courses(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = CourseProposal.objects.of(self.district).select_related("course", "run", "provider", "proposed_by")
        decided = rows.exclude(status=ProposalStatus.OPEN).order_by("-decided_at", "-pk")[:20]
        return super().get_context_data(waiting=rows.open()[:MOST_ROWS], decided=decided, **kwargs)


class Decision(_Page):
    """Before and after side by side; the office accepts or declines, the provider may withdraw."""

    template_name = "services/courses/admin/staff_proposal.html"
    page_title = gettext_lazy("Proposal")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        rows = CourseProposal.objects.of(District.objects.for_request(request))
        rows = rows.select_related("course__provider", "run__course", "provider", "proposed_by")
        self.proposal = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> bool:
        return can_see_proposal(self.request.user, self.proposal)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        do, user, proposal = request.POST.get("do"), request.user, self.proposal
        try:
            if do == "accept":
                run = proposals.accept_proposal(proposal=proposal, seen=request.POST.get("seen", ""), user=user)
                messages.success(request, _("It is public now, and the provider is told."))
                return redirect(reverse("courserun:board", args=[run.pk]))
            if do == "decline":
                proposals.decline_proposal(proposal=proposal, reason=request.POST.get("reason", ""), user=user)
                messages.success(request, _("The provider is told."))
                return redirect(reverse("course_proposals"))
            if do == "withdraw":
                proposals.withdraw_proposal(proposal=proposal, user=user)
                return redirect(reverse("own_courses"))
        except ERRORS as problem:
            self.proposal.refresh_from_db()
            return self.refused(problem)
        return self.refused(ValidationError(_("That did not work")))

    def get_page_subtitle(self) -> str:
        return self.proposal.run.code if self.proposal.run else self.proposal.course.code

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal, user = self.proposal, self.request.user
        open_still = proposal.status == ProposalStatus.OPEN
        return super().get_context_data(
            proposal=proposal,
            differences=_compared(proposal),
            seen=proposals.stamp_of(proposal),
            may_decide=open_still and can_manage_courses(user),
            may_withdraw=open_still and can_propose(user, proposal.provider),
            reason=self.request.POST.get("reason", "")[:500],
            **kwargs,
        )


def _compared(proposal: CourseProposal) -> list[Difference]:
    is_new = "first_day" in proposal.wish  # an accepted new run has a run, too
    if not is_new and proposal.run:
        form = ChangeForm({**values_of(proposal.run), **proposal.wish}, run=proposal.run)
        return differences(form, proposal.before, values_of(proposal.run), proposal.wish)
    plan, _rows = plan_form(proposal.course, proposal.wish)
    plan.is_valid()
    last = plan.previous_run()
    rows = differences(plan, proposal.before, values_of_last(last) or proposal.before, proposal.wish)
    before, wish = weekly_in_words(proposal.before), weekly_in_words(proposal.wish)
    return [*rows, Difference(_("Lessons"), before, before, wish)]
