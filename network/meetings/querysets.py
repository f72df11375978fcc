"""Reads of meetings as sentences. Who may know of a meeting is decided here and nowhere else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from network.meetings.statuses import AHEAD, OFF, WANTS_NEWS, Answer, Audience, FileAudience
from network.members.querysets import token_hash

if TYPE_CHECKING:
    from network.meetings.models import Meeting
    from network.members.models import Member
    from portal.models import District

FEED_PAST = timedelta(days=60)
"""How long past dates and cancellations stay in calendar feeds, so that subscribers' programs learn of them."""


class MeetingQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> MeetingQuerySet:
        """The meetings of a district, drafts included."""
        return self.filter(district=district)

    def published(self) -> MeetingQuerySet:
        """Announced to their audience; drafts are not."""
        return self.filter(published_at__isnull=False)

    def public(self) -> MeetingQuerySet:
        """What everybody may know: also the source of sitemap, public feed and search."""
        return self.published().filter(audience=Audience.PUBLIC)

    def visible_to(self, member: Member | None) -> MeetingQuerySet:
        """What a reader may know of. Nobody in particular (None) and people of another district see public ones only.

        - network: every active member of the district
        - level: active members who meet at this level
        - and whatever they are invited to or organise themselves
        """
        from network.meetings.models import Invitation

        if member is None or not member.is_active_on(timezone.localdate()):
            return self.public()
        levels = member.levels.values("level")
        invited = Invitation.objects.live().filter(meeting=OuterRef("pk"), member=member)
        inside = Q(district_id=member.district_id) & (
            Q(audience=Audience.NETWORK)
            | Q(audience=Audience.LEVEL, level__in=levels)
            | Q(organiser=member)
            | Exists(invited)
        )
        return self.published().filter(Q(audience=Audience.PUBLIC) | inside)

    def upcoming(self, at: datetime | None = None) -> MeetingQuerySet:
        """Not over yet, soonest first."""
        return self.filter(ends_at__gte=at or timezone.now()).order_by("starts_at", "pk")

    def past(self, at: datetime | None = None) -> MeetingQuerySet:
        """Over, latest first."""
        return self.filter(ends_at__lt=at or timezone.now()).order_by("-starts_at", "-pk")

    def following(self, meeting: Meeting, at: datetime | None = None) -> MeetingQuerySet:
        """This date of a series and all later ones that are still ahead and take place."""
        rows = self.filter(series_id=meeting.series_id, starts_at__gte=meeting.starts_at, status__in=AHEAD - OFF)
        return rows.filter(starts_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def for_feed(self, at: datetime | None = None) -> MeetingQuerySet:
        """What calendars that subscribe should hold: what comes, what just was, and what was just cancelled."""
        since = (at or timezone.now()) - FEED_PAST
        return self.filter(Q(ends_at__gte=since) & ~Q(status__in=OFF, changed_at__lt=since)).order_by("starts_at", "pk")


class InvitationQuerySet(models.QuerySet[Any]):
    def live(self) -> InvitationQuerySet:
        """Not withdrawn."""
        return self.filter(revoked_at=None)

    def addresses(self) -> set[str]:
        """Where the invitations of these people go, in small letters."""
        rows = self.values_list("member__email", "guest_email")
        return {(member or guest).lower() for member, guest in rows}

    def usable(self, on: date | None = None) -> InvitationQuerySet:
        """Not withdrawn, and not of a member who has left the network. Guests were never in it."""
        day = on or timezone.localdate()
        here = Q(member__is_active=True) & (Q(member__left_on=None) | Q(member__left_on__gte=day))
        return self.live().filter(Q(member=None) | here)

    def with_token(self, token: str) -> InvitationQuerySet:
        """The invitation behind a personal link, with all that its page shows."""
        from network.meetings.invitation_models import PersonalLink

        found = token_hash(token)
        later = PersonalLink.objects.filter(token_hash=found).values("invitation_id")
        rows = self.usable().filter(Q(token_hash=found) | Q(pk__in=later))
        return rows.select_related("meeting__district__site", "meeting__organiser", "member__organisation", "rsvp")

    def concerned(self) -> InvitationQuerySet:
        """Whom news of the meeting concerns: invited, and has not said no."""
        return self.usable().filter(rsvp__answer__in=WANTS_NEWS).select_related("member", "rsvp")


class RsvpQuerySet(models.QuerySet[Any]):
    def counted(self, meeting: Meeting) -> RsvpQuerySet:
        """The answers that count: those of invitations that were not withdrawn, in order of invitation."""
        return self.filter(invitation__meeting=meeting, invitation__revoked_at=None).order_by("pk")

    def with_delegate_token(self, token: str) -> RsvpQuerySet:
        """The answer in which somebody was named to come instead, found by the link that only they got."""
        from network.meetings.invitation_models import Invitation

        usable = Exists(Invitation.objects.usable().filter(pk=OuterRef("invitation_id")))
        rows = self.filter(usable, delegate_token_hash=token_hash(token), answer=Answer.DELEGATE)
        return rows.select_related("invitation__meeting__district__site", "invitation__member")

    def with_outlived_needs(self, at: datetime) -> RsvpQuerySet:
        """Answers that still say what somebody needs, though their meeting is over since a day."""
        return self.exclude(access_needs="").filter(invitation__meeting__ends_at__lt=at - timedelta(days=1))


class AttendanceQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> AttendanceQuerySet:
        """Who was at the meetings of a district."""
        return self.filter(meeting__district=district)


class FileQuerySet(models.QuerySet[Any]):
    def for_visitors(self) -> FileQuerySet:
        """What everybody may read who may know of the meeting."""
        return self.filter(audience=FileAudience.MEETING)


class PollQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> PollQuerySet:
        """The polls of a district."""
        return self.filter(district=district)


class PollInvitationQuerySet(models.QuerySet[Any]):
    def with_token(self, token: str) -> PollInvitationQuerySet:
        """Who is asked by this personal link; a member who has left is not asked any more."""
        day = timezone.localdate()
        here = Q(member__is_active=True) & (Q(member__left_on=None) | Q(member__left_on__gte=day))
        rows = self.filter(Q(member=None) | here, token_hash=token_hash(token))
        return rows.select_related("poll__district__site", "member")


class StandardItemQuerySet(models.QuerySet[Any]):
    def of(self, district: District) -> StandardItemQuerySet:
        """The standard agenda of a district."""
        return self.filter(district=district)

    def at(self, district: District, level: str) -> StandardItemQuerySet:
        """What an agenda of this level begins with: its own points and those of all levels, in their order."""
        return self.of(district).filter(level__in=["", level]).order_by("is_last", "order", "pk")
