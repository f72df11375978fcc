"""Providers propose, the office decides. Until then nothing of a proposal is a fact, a lesson or a page."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from portal.languages import language
from portal.outbox import queue_mail
from services.courses import actions
from services.courses.models import Course, CourseProposal, CourseRun
from services.courses.permissions import can_manage_courses
from services.courses.proposal_forms import RUN_FIELDS, ChangeForm, plan_form, values_of, values_of_last
from services.courses.proposal_models import ProposalStatus
from services.courses.proposal_permissions import can_propose
from services.courses.publishing import publish_run
from services.courses.publishing_forms import plan_from
from services.courses.run_change_models import ChangeKind
from services.courses.run_changes import find_again, tell
from services.courses.run_memory import remember
from services.courses.vocabulary import RunStatus

MOST_OPEN = 50
"""Proposals of one provider that may wait at the same time."""
_PLACE = ("mode", "venue", "room", "teacher")


@transaction.atomic
def propose_run(
    *, course: Course, wish: dict[str, Any], user: Any, comment: str = "", at: datetime | None = None
) -> CourseProposal:
    """A new run as the screen for a new run sends it. Raises `ValidationError` when it could never be published."""
    require(can_propose(user, course.provider))
    _not_too_many(course)
    form, rows = plan_form(course, wish)
    if not (form.is_valid() and all(row.is_valid() for row in rows)):
        raise ValidationError(_("Please correct the marked fields."))
    return _propose(course, None, wish, values_of_last(form.previous_run()), comment, user, at)


@transaction.atomic
def propose_change(
    *, run: CourseRun, wish: dict[str, Any], user: Any, comment: str = "", at: datetime | None = None
) -> CourseProposal:
    """A change of one run: only the fields that shall differ. Raises `DomainError` when there are none."""
    require(can_propose(user, run.course.provider))
    _not_too_many(run.course)
    if run.status in (RunStatus.CANCELLED, RunStatus.FINISHED):
        raise DomainError(_("This course has already ended or is cancelled."))
    if not wish and not comment.strip():
        raise DomainError(_("Nothing was changed."))
    before = {name: value for name, value in values_of(run).items() if name in wish}
    return _propose(run.course, run, wish, before, comment, user, at)


@transaction.atomic
def accept_proposal(*, proposal: CourseProposal, seen: str, user: Any, at: datetime | None = None) -> CourseRun:
    """Make it a fact, tell those concerned and the provider. `seen` names the state the office compared with.

    Raises `DomainError` when the run was changed since that comparison, `ValidationError` when it no longer fits.
    """
    require(can_manage_courses(user))
    now = at or timezone.now()
    proposal = _open(proposal)
    if seen != stamp_of(proposal):
        raise DomainError(_("The course was changed meanwhile. Please compare again."))
    run = _apply_change(proposal, user, now) if proposal.run else _apply_new(proposal, user, now)
    proposal.run = run
    _decide(proposal, ProposalStatus.ACCEPTED, user, now)
    log(run, "courses.proposal.accepted", user=user)
    return run


@transaction.atomic
def decline_proposal(*, proposal: CourseProposal, reason: str, user: Any, at: datetime | None = None) -> None:
    """Say no, and why. The provider gets the reason."""
    require(can_manage_courses(user))
    proposal = _open(proposal)
    if not reason.strip():
        raise DomainError(_("Please say why you decline."))
    proposal.answer = reason.strip()[:500]
    _decide(proposal, ProposalStatus.DECLINED, user, at or timezone.now())
    log(proposal.run or proposal.course, "courses.proposal.declined", user=user)


@transaction.atomic
def withdraw_proposal(*, proposal: CourseProposal, user: Any, at: datetime | None = None) -> None:
    """The provider no longer wishes it."""
    require(can_propose(user, proposal.provider))
    proposal = _open(proposal)
    proposal.status, proposal.decided_at = ProposalStatus.WITHDRAWN, at or timezone.now()
    proposal.save(update_fields=["status", "decided_at"])
    log(proposal.run or proposal.course, "courses.proposal.withdrawn", user=user)


def stamp_of(proposal: CourseProposal) -> str:
    """Names the present state of what a proposal would change."""
    now = values_of(proposal.run) | {"status": proposal.run.status} if proposal.run else {}
    return hashlib.sha256(json.dumps([proposal.pk, now], sort_keys=True).encode()).hexdigest()[:32]


def _propose(
    course: Course, run: CourseRun | None, wish: Any, before: Any, comment: str, user: Any, at: datetime | None
) -> CourseProposal:
    proposal = CourseProposal.objects.create(
        provider=course.provider,
        course=course,
        run=run,
        wish=wish,
        before=before,
        comment=comment.strip()[:500],
        proposed_by=user,
        proposed_at=at or timezone.now(),
    )
    log(run or course, "courses.proposal.made", user=user)
    return proposal


def _not_too_many(course: Course) -> None:
    if CourseProposal.objects.open().filter(provider=course.provider).count() >= MOST_OPEN:
        raise DomainError(_("Too many proposals wait already. Please wait for the office."))


def _open(proposal: CourseProposal) -> CourseProposal:
    rows = CourseProposal.objects.select_for_update(of=("self",)).select_related("course__provider", "run__course")
    row: CourseProposal = rows.get(pk=proposal.pk)
    if row.status != ProposalStatus.OPEN:
        raise DomainError(_("This proposal was decided already."))
    return row


def _apply_new(proposal: CourseProposal, user: Any, now: datetime) -> CourseRun:
    form, rows = plan_form(proposal.course, proposal.wish)
    if not (form.is_valid() and all(row.is_valid() for row in rows)):
        raise ValidationError([text for errors in form.errors.values() for text in errors] or _("That did not work"))
    return publish_run(plan=plan_from(form, rows), user=user, at=now)


def _apply_change(proposal: CourseProposal, user: Any, now: datetime) -> CourseRun:
    run, wish = CourseRun.objects.select_for_update(of=("self",)).get(pk=proposal.run_id), proposal.wish
    form = ChangeForm({**values_of(run), **wish}, run=run)
    if not form.is_valid():
        raise ValidationError([text for errors in form.errors.values() for text in errors])
    values = form.cleaned_data
    if wish.get("cancel"):
        return actions.cancel_run(run=run, reason=values["cancel"], user=user, at=now)
    moves = any(name in wish for name in _PLACE)
    change = remember(run=run, kind=ChangeKind.MOVED, user=user, at=now) if moves else None
    for name in RUN_FIELDS:
        if name in wish and name != "places_free":
            setattr(run, name, values[name])
    run.full_clean()
    run.save()
    if "places_free" in wish:
        actions.set_places(run=run, user=user, free=values["places_free"], waitlist=run.waitlist_length, at=now)
    if change:
        actions.place_changed(run=run, user=user, at=now)
        tell(run, change, at=now)
    if values.get("weeks"):
        actions.move_run(run=run, weeks=values["weeks"], user=user, at=now)
    find_again(run.course)
    return run


def _decide(proposal: CourseProposal, status: str, user: Any, now: datetime) -> None:
    proposal.status, proposal.decided_by, proposal.decided_at = status, user, now
    proposal.save()
    author = proposal.proposed_by
    if author is None or not author.email:
        return
    spoken = language(getattr(author, "language", None) or "de").code
    with translation.override(spoken):
        code = proposal.run.code if proposal.run else proposal.course.code
        accepted = status == ProposalStatus.ACCEPTED
        subject = _("Your proposal was accepted: {code}") if accepted else _("Your proposal was declined: {code}")
        sentence = (
            _("The office accepted your proposal. It is public now.")
            if accepted
            else _("The office declined your proposal. The reason: {reason}").format(reason=proposal.answer)
        )
        address = f"{proposal.district.site.root_url}{reverse('course_proposal', args=[proposal.pk])}"
        queue_mail(
            key=f"course-proposal:{proposal.pk}:{status}",
            recipient=author.email,
            language=spoken,
            subject=subject.format(code=code)[:200],
            body=f"{sentence}\n\n{address}\n",
        )
