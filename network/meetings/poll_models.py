"""A date poll: dates that are proposed, the people who are asked, and what each can do."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.meetings.querysets import PollInvitationQuerySet, PollQuerySet
from network.meetings.statuses import Audience, Mode, PollStatus, Vote
from network.members.models import Member
from network.members.statuses import Level
from portal.languages import LANGUAGES, SOURCE
from portal.models import District

__all__ = ["DatePoll", "PollInvitation", "PollOption", "PollVote"]


class DatePoll(models.Model):
    """When shall we meet? Ends with one of its dates as a meeting, or withdrawn."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="date_polls", verbose_name=_("district")
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what it is about"), blank=True, max_length=2000)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    audience = models.CharField(
        _("who may know of the meeting"), max_length=8, choices=Audience.choices, default=Audience.NETWORK
    )
    mode = models.CharField(_("how"), max_length=8, choices=Mode.choices, default=Mode.ONSITE)
    place = models.CharField(_("place"), max_length=200, blank=True)
    mailbox = models.EmailField(_("mailbox of the organising office"), help_text=_("Questions go here."))
    closes_on = models.DateField(_("answer until"), help_text=_("Last day for answers."))
    status = models.CharField(
        _("status"), max_length=10, choices=PollStatus.choices, default=PollStatus.OPEN, editable=False
    )
    meeting = models.OneToOneField(
        "network.Meeting",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="poll",
        verbose_name=_("meeting"),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("date poll")
        verbose_name_plural = _("date polls")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class PollOption(models.Model):
    """One date that is proposed, as wall time."""

    poll = models.ForeignKey(DatePoll, on_delete=models.CASCADE, related_name="options", verbose_name=_("date poll"))
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("proposed date")
        verbose_name_plural = _("proposed dates")
        default_permissions = ()
        ordering = ["day", "starts", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "day", "starts"],
                name="network_option_once",
                violation_error_message=_("This date is there twice."),
            ),
            models.CheckConstraint(condition=Q(ends__gt=models.F("starts")), name="network_option_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.starts}"


class PollInvitation(models.Model):
    """Somebody who is asked: a member, or a guest by mail. The link is theirs alone; only its hash is kept."""

    poll = models.ForeignKey(
        DatePoll, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("date poll")
    )
    member = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="poll_invitations",
        verbose_name=_("member"),
    )
    guest_name = models.CharField(_("name of the guest"), max_length=120, blank=True)
    guest_email = models.EmailField(_("e-mail of the guest"), blank=True)
    guest_language = models.CharField(
        _("language"), max_length=12, default=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    token_hash = models.CharField(_("hash of the personal link"), max_length=64, unique=True, editable=False)
    comment = models.TextField(_("comment"), blank=True, max_length=500)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = PollInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("person asked")
        verbose_name_plural = _("people asked")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, guest_email="") | (Q(member=None) & ~Q(guest_email="")),
                name="network_asked_member_or_guest",
            ),
            models.UniqueConstraint(fields=["poll", "member"], name="network_member_asked_once"),
            models.UniqueConstraint(
                "poll", Lower("guest_email"), condition=~Q(guest_email=""), name="network_guest_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Who is asked."""
        return self.member.name if self.member else self.guest_name or self.guest_email

    @property
    def email(self) -> str:
        """Where mails for them go."""
        return self.member.email if self.member else self.guest_email

    @property
    def language(self) -> str:
        """In which language we write to them."""
        return self.member.language if self.member else self.guest_language


class PollVote(models.Model):
    """What one person can do on one date."""

    invitation = models.ForeignKey(
        PollInvitation, on_delete=models.CASCADE, related_name="votes", verbose_name=_("person asked")
    )
    option = models.ForeignKey(
        PollOption, on_delete=models.CASCADE, related_name="votes", verbose_name=_("proposed date")
    )
    vote = models.CharField(_("answer"), max_length=6, choices=Vote.choices)

    class Meta:
        verbose_name = _("vote on a date")
        verbose_name_plural = _("votes on dates")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["invitation", "option"], name="network_vote_once")]

    def __str__(self) -> str:
        return f"{self.option_id}: {self.vote}"
