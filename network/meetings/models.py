"""Meetings with agenda, invitations and answers."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from network.meetings.agenda_models import AgendaItem
from network.meetings.file_models import MeetingFile
from network.meetings.invitation_models import Attendance, Invitation, PersonalLink, Rsvp
from network.meetings.poll_models import DatePoll, PollInvitation, PollOption, PollVote
from network.meetings.querysets import MeetingQuerySet
from network.meetings.series_models import MeetingSeries, StandardItem
from network.meetings.statuses import Audience, JoinAudience, MeetingStatus, Mode
from network.meetings.times import instant
from network.members.models import Member
from network.members.statuses import Level
from portal.calendars import ZONE
from portal.models import District

__all__ = [
    "AgendaItem",
    "Attendance",
    "DatePoll",
    "Invitation",
    "Meeting",
    "MeetingFile",
    "MeetingSeries",
    "PersonalLink",
    "PollInvitation",
    "PollOption",
    "PollVote",
    "Rsvp",
    "StandardItem",
    "instant",
]


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
    join_link = models.URLField(_("link to take part online"), blank=True, max_length=500)
    join_audience = models.CharField(
        _("who sees this link"), max_length=8, choices=JoinAudience.choices, default=JoinAudience.ONLINE
    )
    audience = models.CharField(
        _("who may know of it"), max_length=8, choices=Audience.choices, default=Audience.NETWORK
    )
    has_catering = models.BooleanField(_("food and drinks"), default=False)
    has_interpreter = models.BooleanField(_("interpreter"), default=False)
    has_childcare = models.BooleanField(_("childcare"), default=False)
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
    series = models.ForeignKey(
        MeetingSeries,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="meetings",
        verbose_name=_("series"),
    )
    is_detached = models.BooleanField(_("changed on its own"), default=False, editable=False)
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
