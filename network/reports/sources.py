"""The reports of the network itself: needs, meetings, attendance, actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.meetings.models import Meeting, Rsvp
from network.meetings.statuses import OFF, Answer
from network.needs.models import Need, VotingRound
from network.needs.statuses import UNCHECKED, NeedStatus, Reach, Visibility
from network.reports.registry import Column, Periods, Rows, Scope, Source, register
from portal.seats import Seat

CAME = frozenset({Answer.YES, Answer.ONLINE, Answer.DELEGATE})


def needs(scope: Scope) -> Rows:
    """Needs that were reported in the period, checked and meant for the network; merged ones under their new number.

    Of a need that concerns fewer than five people the towns are left out: both together could point at somebody.
    """
    newest = VotingRound.objects.of(scope.district).begun(timezone.localtime(scope.at).date()).first()
    rows = Need.objects.of(scope.district).filter(created_at__gte=_begin(scope), created_at__lt=_end(scope))
    rows = rows.exclude(status__in=UNCHECKED).filter(visibility=Visibility.NETWORK)
    rows = rows.with_votes(newest).select_related("merged_into", "owner__organisation")
    for need in rows.prefetch_related("municipalities").order_by("year", "number"):
        yield {
            "code": need.code,
            "title": need.title,
            "category": need.get_category_display(),
            "kind": need.get_kind_display(),
            "towns": _towns(need),
            "stage": need.get_stage_display(),
            "reach": need.get_reach_display(),
            "status": need.get_status_display(),
            "note": need.status_note,
            "reported": need.created_at,
            "age": ((need.closed_at or scope.at) - need.created_at).days,
            "impact": need.impact,
            "urgency": need.urgency,
            "score": need.score,
            "effort": need.effort,
            "votes": need.votes,
            "position": need.position,
            "reason": need.position_reason,
            "in_charge": need.owner.organisation.name if need.owner else "",
            "merged": need.merged_into.code if need.status == NeedStatus.MERGED else "",
        }


def meetings(scope: Scope) -> Rows:
    """Meetings of the period with how many people answered what. Every row stands for itself."""
    rows = Meeting.objects.of(scope.district).published()
    rows = rows.filter(starts_at__gte=_begin(scope), starts_at__lt=_end(scope)).order_by("starts_at")
    answers = _answers(rows)
    for meeting in rows:
        counts = answers[meeting.pk]
        yield {
            "title": meeting.title,
            "day": meeting.day,
            "level": meeting.get_level_display(),
            "status": meeting.get_status_display(),
            "mode": meeting.get_mode_display(),
            "minutes": int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1)),
            "invited": sum(counts.values()),
            **{name: counts[name] for name in ("came", "maybe", "no", "open")},
        }


def attendance(scope: Scope) -> Rows:
    """For each organisation: people invited to meetings of the quarter, and what became of it."""
    held = Meeting.objects.of(scope.district).published().exclude(status__in=OFF)
    held = held.filter(starts_at__gte=_begin(scope), starts_at__lt=min(_end(scope), scope.at))
    present, listed = _present(held)
    counted: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("came", "no", "open"), 0))
    for meeting_id, name, answer, seat, invitation in _rsvps(held):
        if meeting_id in listed:  # somebody stood at the door with the list: that counts, not what was announced
            part = "came" if invitation in present else "no" if answer == Answer.NO else "open"
        else:
            part = _part(answer, seat)
        counted[name or _("Guests")][part if part in {"came", "no"} else "open"] += 1
    for name, counts in sorted(counted.items()):
        yield {"organisation": name, "invited": sum(counts.values()), **counts}


def actions(scope: Scope) -> Rows:
    """Actions that were promised in the period, with who answers for them as an organisation, without names."""
    rows = (
        _model("ActionItem")
        .objects.filter(district=scope.district, created_at__gte=_begin(scope), created_at__lt=_end(scope))
        .select_related("meeting", "organisation", "owner__organisation")
    )
    today = timezone.localtime(scope.at).date()
    for action in rows.order_by("due", "pk"):
        body = action.organisation or (action.owner.organisation if action.owner else None)
        ended = action.status in {"done", "dropped"}
        yield {
            "text": action.text,
            "meeting": action.meeting.title if action.meeting else "",
            "organisation": body.name if body else "",
            "due": action.due,
            "status": action.get_status_display(),
            "overdue": _("yes") if action.due and action.due < today and not ended else _("no"),
            "made": action.created_at,
            "ended": action.closed_at,
        }


def register_sources() -> None:
    """Register the reports of the network. Actions come with the subject that keeps them."""
    register(NEEDS)
    register(MEETINGS)
    register(ATTENDANCE)
    if _model("ActionItem"):
        register(ACTIONS)


def _model(name: str) -> Any:
    """A table of a neighbouring subject, or None where this installation does not have it."""
    return next((model for model in apps.get_app_config("network").get_models() if model.__name__ == name), None)


def _begin(scope: Scope) -> datetime:
    return timezone.make_aware(datetime.combine(scope.first_day, time.min))


def _end(scope: Scope) -> datetime:
    return timezone.make_aware(datetime.combine(scope.last_day + timedelta(days=1), time.min))


def _towns(need: Need) -> str:
    if need.reach == Reach.FEW:
        return _("not shown")
    return ", ".join(town.name for town in need.municipalities.all()) or _("The whole district")


def _rsvps(rows: QuerySet[Any]) -> Iterator[tuple[int, str | None, str, str, int]]:
    found = Rsvp.objects.filter(invitation__meeting__in=rows, invitation__revoked_at=None).order_by("pk")
    return found.values_list(
        "invitation__meeting_id", "invitation__member__organisation__name", "answer", "seat", "invitation_id"
    ).iterator()


def _answers(rows: QuerySet[Any]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("came", "maybe", "no", "open"), 0))
    for meeting_id, _name, answer, seat, _invitation in _rsvps(rows):
        found[meeting_id][_part(answer, seat)] += 1
    return found


def _part(answer: str, seat: str) -> str:
    if answer in CAME:
        return "open" if seat == Seat.WAITING else "came"
    return {Answer.NO: "no", Answer.MAYBE: "maybe"}.get(Answer(answer), "open")


def _present(rows: QuerySet[Any]) -> tuple[set[int], set[int]]:
    """Invitations of people who were checked in, and the meetings at which somebody kept the list at the door."""
    model = _model("Attendance")
    if model is None:
        return set(), set()
    kept = model.objects.filter(meeting__in=rows)
    pairs = list(kept.order_by().values_list("invitation_id", "meeting_id"))
    return {invitation for invitation, _m in pairs if invitation}, {meeting for _i, meeting in pairs}


NEEDS = Source(
    "needs",
    gettext_lazy("Needs"),
    gettext_lazy("Needs reported in the period, how they stand and why. Without those for the coordination alone."),
    (
        Column("code", gettext_lazy("Number")),
        Column("title", gettext_lazy("Need")),
        Column("category", gettext_lazy("Area")),
        Column("kind", gettext_lazy("Kind")),
        Column("towns", gettext_lazy("Towns and municipalities")),
        Column("stage", gettext_lazy("Phase")),
        Column("reach", gettext_lazy("People concerned")),
        Column("status", gettext_lazy("Status")),
        Column("note", gettext_lazy("Note")),
        Column("reported", gettext_lazy("Reported")),
        Column("age", gettext_lazy("Days until answered, or until today")),
        Column("impact", gettext_lazy("Impact")),
        Column("urgency", gettext_lazy("Urgency")),
        Column("score", gettext_lazy("Score")),
        Column("effort", gettext_lazy("Effort")),
        Column("votes", gettext_lazy("Votes")),
        Column("position", gettext_lazy("Place in the order")),
        Column("reason", gettext_lazy("Reason")),
        Column("in_charge", gettext_lazy("In charge")),
        Column("merged", gettext_lazy("Merged with another need")),
    ),
    needs,
)
MEETINGS = Source(
    "meetings",
    gettext_lazy("Meetings"),
    gettext_lazy("Meetings of the period with the number of people who answered."),
    (
        Column("title", gettext_lazy("Meeting")),
        Column("day", gettext_lazy("Day")),
        Column("level", gettext_lazy("Level of the meeting")),
        Column("status", gettext_lazy("Status")),
        Column("mode", gettext_lazy("How")),
        Column("minutes", gettext_lazy("Length in minutes")),
        Column("invited", gettext_lazy("Invited"), is_count=True, parts=("came", "maybe", "no", "open")),
        Column("came", gettext_lazy("Said yes"), is_count=True),
        Column("maybe", gettext_lazy("Maybe"), is_count=True),
        Column("no", gettext_lazy("Said no"), is_count=True),
        Column("open", gettext_lazy("No answer, or waiting"), is_count=True),
    ),
    meetings,
)
ATTENDANCE = Source(
    "attendance",
    gettext_lazy("Attendance by organisation"),
    gettext_lazy("How many people of each organisation were invited to meetings and came. Without names."),
    (
        Column("organisation", gettext_lazy("Organisation")),
        Column("invited", gettext_lazy("Invited"), is_count=True, parts=("came", "no", "open")),
        Column("came", gettext_lazy("Came"), is_count=True),
        Column("no", gettext_lazy("Said no"), is_count=True),
        Column("open", gettext_lazy("Neither"), is_count=True),
    ),
    attendance,
    Periods.QUARTERS,
    adds_up=True,
)
ACTIONS = Source(
    "actions",
    gettext_lazy("Actions"),
    gettext_lazy("What was promised at meetings, by whom as an organisation, and what became of it."),
    (
        Column("text", gettext_lazy("Action")),
        Column("meeting", gettext_lazy("Meeting")),
        Column("organisation", gettext_lazy("Organisation")),
        Column("due", gettext_lazy("Until")),
        Column("status", gettext_lazy("Status")),
        Column("overdue", gettext_lazy("Overdue")),
        Column("made", gettext_lazy("Made")),
        Column("ended", gettext_lazy("Ended")),
    ),
    actions,
)
