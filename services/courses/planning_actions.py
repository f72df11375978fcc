"""What coordinators do with a plan: offer a run to the people it fits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.errors import DomainError, require
from services.courses.models import CourseRun, PlanningInvitation, PlanningRound
from services.courses.planning import WITHIN, barometer_of, plan_of, to_write_to
from services.courses.planning_permissions import can_plan
from services.courses.vocabulary import SCHOOL_FAMILIES, RunStatus


@transaction.atomic
def offer_run(*, run: CourseRun, user: Any, within: float = WITHIN, at: datetime | None = None) -> PlanningRound:
    """Write to everybody on the list whom a run fits, in their language; nobody twice about the same run.

    The worker opens the addresses; whoever presses the button sees how many people, and no name.
    """
    require(can_plan(user))
    now = at or timezone.now()
    locked = CourseRun.objects.select_for_update(of=("self",)).select_related("course", "venue").get(pk=run.pk)
    if not can_be_offered(locked, now):
        raise DomainError(_("This run cannot be offered: it is over, cancelled or not public."))
    people = to_write_to(locked, barometer_of(plan_of(locked.district, now, within), locked).fit)
    if not people:
        raise DomainError(_("There is nobody to write to: everybody who fits was told already or has no e-mail."))
    made = PlanningRound.objects.create(
        district=locked.district, run=locked, sent_by=user, sent_at=now, people=len(people)
    )
    PlanningInvitation.objects.bulk_create(
        [PlanningInvitation(round=made, run=locked, interest_id=wish.pk) for wish in people]
    )
    log(locked, "courses.planning.offered", user=user, data={"people": len(people)})
    return made


def can_be_offered(run: CourseRun, at: datetime) -> bool:
    """Whether the link in the mail would lead to a run that people can still join."""
    today = timezone.localdate(at)
    over = run.status in (RunStatus.CANCELLED, RunStatus.FINISHED) or (run.ends_on is not None and run.ends_on < today)
    is_public = run.is_public and run.course.is_public and run.course.family not in SCHOOL_FAMILIES
    return is_public and not over
