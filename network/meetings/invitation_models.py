"""Who is invited to a meeting, what they answered, and who really came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from network.meetings.querysets import AttendanceQuerySet, InvitationQuerySet, RsvpQuerySet
from network.meetings.statuses import Answer, Presence
from network.members.models import Member
from portal.languages import LANGUAGES, SOURCE
from portal.seats import Seat

__all__ = ["Attendance", "Invitation", "PersonalLink", "Rsvp"]


class Invitation(models.Model):
    """That somebody is invited, and the hash of their personal link. A guest has no account and no membership."""

    meeting = models.ForeignKey(
        "network.Meeting", on_delete=models.CASCADE, related_name="invitations", verbose_name=_("meeting")
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


class PersonalLink(models.Model):
    """One more personal link of an invitation, for a later mail. Only hashes are kept, so a link is never sent twice.

    All links of an invitation lead to the same answer and the same seat; all end with the invitation.
    """

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="links", verbose_name=_("invitation")
    )
    token_hash = models.CharField(_("hash of the personal link"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.invitation_id}"


class Rsvp(models.Model):
    """One person's answer to one invitation, and what became of their seat."""

    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, related_name="rsvp", verbose_name=_("invitation")
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, default=Answer.PENDING)
    delegate_name = models.CharField(_("who comes instead"), max_length=120, blank=True)
    delegate_email = models.EmailField(_("their e-mail"), blank=True)
    delegate_token_hash = models.CharField(
        _("hash of their link"), max_length=64, null=True, blank=True, unique=True, editable=False
    )
    delegate_confirmed_at = models.DateTimeField(_("they agreed"), null=True, blank=True, editable=False)
    comment = models.TextField(_("comment"), blank=True, max_length=500, help_text=_("Only the organisers read it."))
    access_needs = models.TextField(
        _("what somebody needs to take part"),
        blank=True,
        max_length=500,
        help_text=_("Only the organisers read it. Erased after the meeting."),
    )
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


class Attendance(models.Model):
    """That somebody really was there: somebody invited, their delegate, or somebody who just came."""

    meeting = models.ForeignKey(
        "network.Meeting", on_delete=models.CASCADE, related_name="attendance", verbose_name=_("meeting")
    )
    invitation = models.OneToOneField(
        Invitation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="attendance",
        verbose_name=_("invitation"),
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("Who really came."))
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    presence = models.CharField(_("how"), max_length=8, choices=Presence.choices, default=Presence.ROOM)
    came_at = models.DateTimeField(_("came"))

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("person present")
        verbose_name_plural = _("people present")
        default_permissions = ()
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
