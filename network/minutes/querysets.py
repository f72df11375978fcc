"""Reads of minutes and actions as sentences. Who may read minutes is decided here and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from network.minutes.statuses import OUT, UNDONE, MinutesStatus, ObjectionState, Scope

if TYPE_CHECKING:
    from network.meetings.models import Invitation, Meeting
    from network.members.models import Member
    from portal.models import District, User

REMIND_BEFORE = timedelta(days=3)
"""How long before the day an action is due its owner hears of it."""
REMIND_AGAIN = timedelta(days=7)
"""How long we are silent before we remind of an overdue action again."""


class MinutesQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> MinutesQuerySet:
        """The minutes of a district, drafts included."""
        return self.filter(meeting__district=district)

    def readable_by(self, member: Member | None) -> MinutesQuerySet:
        """What somebody may read who is logged in. Nobody in particular (None) reads none.

        - those for participants: whoever has an invitation that was not withdrawn, organises the meeting or wrote them
        - those for the network: also whoever may know of the meeting; never wider than the meeting itself
        - nobody who has left, nobody of another district, no editor and no administrator as such
        """
        from network.meetings.models import Invitation, Meeting

        if member is None or not member.is_active_on(timezone.localdate()):
            return self.none()
        invited = Invitation.objects.live().filter(meeting=OuterRef("meeting_id"), member=member)
        known = Meeting.objects.visible_to(member).filter(pk=OuterRef("meeting_id"))
        took_part = Exists(invited) | Q(meeting__organiser=member) | Q(taker=member)
        return self.filter(
            Q(scope__in=OUT) & took_part | Q(scope=Scope.NETWORK) & Exists(known),
            meeting__district_id=member.district_id,
        )

    def readable_with(self, invitation: Invitation) -> MinutesQuerySet:
        """What the holder of a personal link reads: the minutes of that meeting, once they are out."""
        return self.filter(meeting_id=invitation.meeting_id, scope__in=OUT)

    def with_summary(self) -> MinutesQuerySet:
        """Those whose public summary everybody may read, newest first."""
        return self.exclude(summary_published_at=None).order_by("-summary_published_at", "pk")

    def unopposed(self, on: date) -> MinutesQuerySet:
        """Waiting for objections, the last day for them has passed, and none is open."""
        from network.minutes.models import Objection

        waiting = Objection.objects.filter(minutes=OuterRef("pk"), state=ObjectionState.OPEN)
        return self.filter(~Exists(waiting), status=MinutesStatus.SUBMITTED, object_until__lt=on)


class ActionQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> ActionQuerySet:
        """The actions of a district."""
        return self.filter(district=district)

    def undone(self) -> ActionQuerySet:
        """Somebody still has something to do."""
        return self.filter(status__in=UNDONE)

    def overdue(self, on: date) -> ActionQuerySet:
        """The day has passed."""
        return self.undone().filter(due__lt=on)

    def answered_for_by(self, member: Member) -> ActionQuerySet:
        """What a member does, and what their organisation does without naming a person."""
        theirs = Q(owner=member) | Q(owner=None, organisation_id=member.organisation_id)
        return self.filter(theirs, district_id=member.district_id)

    def of_account(self, district: District, user: User) -> ActionQuerySet:
        """The same for the member of a district's network who has this account."""
        from network.members.models import Member

        people = Member.objects.of(district).active().for_user(user)
        theirs = Q(owner__in=people) | Q(owner=None, organisation__in=people.values("organisation"))
        return self.filter(theirs, district=district)

    def before(self, meeting: Meeting) -> ActionQuerySet:
        """From earlier meetings of the same series, or of the same level where the meeting has none."""
        series = meeting.series_id
        same = {"meeting__series_id": series} if series else {"meeting__level": meeting.level}
        return self.filter(
            meeting__district_id=meeting.district_id, meeting__starts_at__lt=meeting.starts_at, **same
        ).exclude(meeting_id=meeting.pk)

    def readable_by(self, member: Member | None) -> ActionQuerySet:
        """What a member may know of: their own, and those in minutes that they may read."""
        from network.minutes.models import Minutes

        if member is None:
            return self.none()
        minutes = Minutes.objects.readable_by(member).filter(meeting_id=OuterRef("meeting_id"))
        mine = self.model.objects.answered_for_by(member).filter(pk=OuterRef("pk"))
        return self.filter(Exists(minutes) | Exists(mine))

    def to_remind(self, on: date) -> ActionQuerySet:
        """Due within three days and not said yet, or overdue and not said for a week."""
        soon = Q(due__lte=on + REMIND_BEFORE, reminded_on=None)
        late = Q(due__lt=on, reminded_on__lte=on - REMIND_AGAIN)
        # Who heard of it before its day hears of it once more right after.
        passed = Q(due__lt=on, reminded_on__lte=models.F("due"))
        return self.undone().filter(soon | late | passed)
