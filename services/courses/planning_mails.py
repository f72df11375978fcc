"""The mail that offers a run to somebody on the list of interest, in their language; written by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.outbox import queue_mail
from portal.templatetags.portal_tags import long_date
from services.courses.cards import cards_of
from services.courses.models import CourseRun, PlanningInvitation
from services.courses.planning_actions import can_be_offered
from services.courses.seat_mails import link_of
from services.courses.seat_people import Desk
from services.courses.subscription_mails import run_entry

LONGEST_SUBJECT = 190


def queue_offers(limit: int = 50) -> int:
    """Hand the offers that wait to the outbox; return how many. A job of the worker, safe to repeat and kill."""
    pks = list(PlanningInvitation.objects.filter(queued_at=None).order_by("pk").values_list("pk", flat=True)[:limit])
    if not pks:
        return 0
    desk = Desk()
    return sum(_queue(pk, desk) for pk in pks)


def words_for_offer(run: Any, base: str, at: datetime) -> tuple[str, list[str]]:
    """Subject and sentences of the offer in the language that is active; the personal end comes after them."""
    (card,) = cards_of([run], at)
    subject = " ".join(_("A German course that may fit you: {course}").format(course=card.title).split())
    lines = [
        _("You are on our list for a German course. This course may fit you:"),
        run_entry(card, base),
        _("Do you want to come? The page of the course says how to join. Places go to those who come first."),
    ]
    return subject[:LONGEST_SUBJECT], lines


@transaction.atomic
def _queue(pk: Any, desk: Desk) -> int:
    rows = PlanningInvitation.objects.filter(pk=pk, queued_at=None)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("interest__district__site").first()
    if row is None:
        return 0
    now, interest = timezone.now(), row.interest
    row.queued_at = now
    row.save(update_fields=["queued_at"])
    run = CourseRun.objects.with_facts().get(pk=row.run_id)
    person = desk.try_open(interest)
    if person is None or not person.email or interest.expires_at <= now or not can_be_offered(run, now):
        return 0
    with translation.override(interest.language):
        subject, lines = words_for_offer(run, str(interest.district.site.root_url), now)
        until = long_date(timezone.localtime(interest.expires_at))
        lines += [
            _("You are on the list until {day}. Here you can change that or leave the list:").format(day=until),
            link_of(interest, person),
            _("Whoever has this link can answer for you. Please do not pass it on."),
        ]
        queue_mail(
            key=f"course-offer:{row.pk}",
            recipient=person.email,
            language=interest.language,
            subject=subject,
            body="\n\n".join(lines) + "\n",
            hidden=True,
        )
    return 1
