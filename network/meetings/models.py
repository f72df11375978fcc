"""Meetings with agenda, invitations and answers."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from network.meetings.agenda_models import AgendaItem
from network.meetings.querysets import InvitationQuerySet, MeetingQuerySet, RsvpQuerySet
from network.meetings.statuses import Answer, Audience, MeetingStatus, Mode
from network.members.models import Member
from network.members.statuses import Level
from portal.calendars import ZONE
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from portal.seats import Seat

__all__ = ["AgendaItem", "Invitation", "Meeting", "Rsvp"]


def instant(day: date, clock: time, zone: str = ZONE) -> datetime:
    """The moment of a wall time. Raises `ValidationError` for an hour that the clocks skip in spring.

    The hour that exists twice in autumn means its first half, summer time.
    """
    local = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(_("This time does not exist, because the clocks change."), code="gap")
    return moment


class Meeting(ClusterableModel):
    """One exchange meeting. Wall time is the truth; the moments in UTC are derived from it on every save."""

    uid = models.UUIDField(_("calendar identity"), unique=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("district")
    )
    slug = models.SlugField(_("address"), max_length=80, help_text=_("Last part of the web address."))
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what it is about"), blank=True, max_length=2000)
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    last_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Only if it lasts several days."))
    ends = models.TimeField(_("until"))
    zone = models.CharField(_("time zone"), max_length=32, default=ZONE, choices=[(ZONE, ZONE)], editable=False)
    starts_at = models.DateTimeField(_("begins"), editable=False, db_index=True)
    ends_at = models.DateTimeField(_("ends"), editable=False, db_index=True)
    previous_starts_at = models.DateTimeField(_("began before it was moved"), null=True, blank=True, editable=False)
    mode = models.CharField(_("how"), max_length=8, choices=Mode.choices, default=Mode.ONSITE)
    place = models.CharField(_("place"), max_length=200, blank=True)
    join_link = models.URLField(
        _("link to take part online"), blank=True, max_length=500, help_text=_("Only people who say yes see it.")
    )
    audience = models.CharField(
        _("who may know of it"), max_length=8, choices=Audience.choices, default=Audience.NETWORK
    )
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True, help_text=_("Empty: no limit."))
    registration_deadline = models.DateTimeField(
        _("answer until"), null=True, blank=True, help_text=_("Empty: until it begins.")
    )
    organiser = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="organises", verbose_name=_("organiser")
    )
    mailbox = models.EmailField(
        _("mailbox of the organising office"),
        blank=True,
        help_text=_("Calendar answers go here. Empty: the organiser's address."),
    )
    status = models.CharField(
        _("status"), max_length=16, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED, editable=False
    )
    status_note = models.CharField(_("note on the status"), max_length=240, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(_("calendar sequence"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "slug"],
                name="network_meeting_slug_once",
                violation_error_message=_("Another meeting already has this address."),
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="network_meeting_in_order"),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=1),
                name="network_meeting_has_seats",
                violation_error_message=_("There must be at least one seat."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive the moments from the wall time; a partial save of the wall time includes them."""
        self.starts_at = instant(self.day, self.starts, self.zone)
        self.ends_at = instant(self.last_day or self.day, self.ends, self.zone)
        fields = kwargs.get("update_fields")
        if fields is not None and {"day", "starts", "last_day", "ends"} & set(fields):
            kwargs["update_fields"] = {*fields, "starts_at", "ends_at"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """What only several fields together can tell."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.day and self.starts and self.ends:
            errors.update(self._time_errors())
        if self.mode in {Mode.ONSITE, Mode.HYBRID} and not self.place:
            errors["place"] = _("Where do you meet?")
        if not self.mailbox and self.organiser_id is None:
            errors["mailbox"] = _("People need somebody to write to: give a mailbox or an organiser.")
        if errors:
            raise ValidationError(errors)

    def _time_errors(self) -> dict[str, Any]:
        try:
            begins, ends = instant(self.day, self.starts), instant(self.last_day or self.day, self.ends)
        except ValidationError as problem:
            return {"starts": problem.messages}
        if ends <= begins:
            return {"ends": _("The end must be after the beginning.")}
        return {}

    def get_absolute_url(self) -> str:
        """The page of this meeting in the current language."""
        return reverse("meeting", args=[self.slug])

    @property
    def start(self) -> datetime:
        """Wall time of the beginning, without a zone."""
        return datetime.combine(self.day, self.starts)

    @property
    def end(self) -> datetime:
        """Wall time of the end, without a zone."""
        return datetime.combine(self.last_day or self.day, self.ends)

    @property
    def closes_at(self) -> datetime:
        """Until when people may answer."""
        return min(self.registration_deadline or self.starts_at, self.starts_at)

    @property
    def contact(self) -> str:
        """Where people write to; also the ORGANIZER of invitations."""
        return self.mailbox or (self.organiser.email if self.organiser else "")


class Invitation(models.Model):
    """That somebody is invited, and the hash of their personal link. A guest has no account and no membership."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("meeting")
    )
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("member")
    )
    guest_name = models.CharField(_("name of the guest"), max_length=120, blank=True)
    guest_email = models.EmailField(_("e-mail of the guest"), blank=True)
    guest_language = models.CharField(
        _("language"), max_length=12, default=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    token_hash = models.CharField(_("hash of the personal link"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, guest_email="") | (Q(member=None) & ~Q(guest_email="")),
                name="network_invitation_member_or_guest",
            ),
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(revoked_at=None), name="network_member_invited_once"
            ),
            models.UniqueConstraint(
                "meeting",
                Lower("guest_email"),
                condition=Q(revoked_at=None) & ~Q(guest_email=""),
                name="network_guest_invited_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Who is invited."""
        return self.member.name if self.member else self.guest_name or self.guest_email

    @property
    def email(self) -> str:
        """Where mails for them go."""
        return self.member.email if self.member else self.guest_email

    @property
    def language(self) -> str:
        """In which language we write to them."""
        return self.member.language if self.member else self.guest_language


class Rsvp(models.Model):
    """One person's answer to one invitation, and what became of their seat."""

    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, related_name="rsvp", verbose_name=_("invitation")
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, default=Answer.PENDING)
    delegate_name = models.CharField(_("who comes instead"), max_length=120, blank=True)
    delegate_email = models.EmailField(_("their e-mail"), blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=500, help_text=_("Only the organisers read it."))
    seat = models.CharField(_("seat"), max_length=9, choices=Seat.choices, default=Seat.NONE)
    queue_no = models.PositiveIntegerField(_("number on the waiting list"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = RsvpQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seat=Seat.WAITING, queue_no__isnull=False) | (~Q(seat=Seat.WAITING) & Q(queue_no=None)),
                name="network_rsvp_waits_with_number",
            ),
            models.CheckConstraint(
                condition=Q(seat=Seat.NONE) | Q(answer__in=[Answer.YES, Answer.DELEGATE]),
                name="network_rsvp_seat_needs_yes",
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.DELEGATE) | ~Q(delegate_name=""), name="network_rsvp_delegate_has_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.answer}"
