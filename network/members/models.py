"""Organisations and people of a district's network, and the levels at which they meet."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.members.querysets import FeedTokenQuerySet, MemberQuerySet, OrganisationQuerySet
from network.members.statuses import Level, OrganisationKind, Role
from portal.languages import LANGUAGES, SOURCE
from portal.models import District

__all__ = ["FeedToken", "LevelMembership", "Member", "Organisation"]


class Organisation(models.Model):
    """A body whose people take part in the network. Its name is official and stays German."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("district")
    )
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind.choices)
    municipalities = models.ManyToManyField(
        "services.Municipality",
        blank=True,
        related_name="+",
        verbose_name=_("municipalities"),
        help_text=_("Empty: the whole district."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "district",
                Lower("name"),
                name="network_organisation_once",
                violation_error_message=_("This organisation is already there."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person of the network, with or without an account. Membership decides what they see of the meetings."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="members", verbose_name=_("district"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="members", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), help_text=_("Invitations go here."))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="network_members",
        verbose_name=_("account"),
        help_text=_("Empty: takes part by personal links only."),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.OTHER)
    areas = models.ManyToManyField(
        "services.Municipality",
        blank=True,
        related_name="+",
        verbose_name=_("areas"),
        help_text=_("The towns this person looks after."),
    )
    deputy = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="deputy_of", verbose_name=_("deputy")
    )
    absent_from = models.DateField(_("absent from"), null=True, blank=True)
    absent_until = models.DateField(_("absent until"), null=True, blank=True, help_text=_("Last day of absence."))
    language = models.CharField(
        _("language"),
        max_length=12,
        default=SOURCE,
        choices=[(entry.code, entry.endonym) for entry in LANGUAGES],
        help_text=_("Language of invitations."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    left_on = models.DateField(_("left on"), null=True, blank=True, help_text=_("Last day in the network."))
    is_listed = models.BooleanField(
        _("agrees to be in the directory"),
        default=False,
        help_text=_("Members of the network see name, organisation, role, e-mail and areas. Only with consent."),
    )
    shows_phone = models.BooleanField(_("agrees that the directory shows the telephone"), default=False)
    link_version = models.PositiveIntegerField(_("version of the personal links"), default=0, editable=False)
    joined_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    invited_at = models.DateTimeField(_("invited to the network"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("entry confirmed"), null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked whether the entry is right"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True, editable=False)
    unconfirmed_at = models.DateTimeField(_("not confirmed since"), null=True, blank=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "district",
                Lower("email"),
                name="network_member_mail_once",
                violation_error_message=_("Somebody with this e-mail address is already in the network."),
            ),
            models.UniqueConstraint(
                fields=["district", "user"],
                condition=Q(user__isnull=False),
                name="network_member_account_once",
                violation_error_message=_("This account already belongs to somebody in the network."),
            ),
            models.CheckConstraint(
                condition=Q(absent_until=None) | Q(absent_from__isnull=False, absent_until__gte=F("absent_from")),
                name="network_member_absence_in_order",
                violation_error_message=_("The end must not be before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    def is_active_on(self, day: date) -> bool:
        """Whether this person belongs to the network on a day."""
        return self.is_active and (self.left_on is None or self.left_on >= day)

    def is_absent_on(self, day: date) -> bool:
        """Whether this person is away on a day."""
        begun = self.absent_from is not None and self.absent_from <= day
        return begun and (self.absent_until is None or self.absent_until >= day)

    @property
    def shown_phone(self) -> str:
        """The telephone number where its owner wants others to see it."""
        return self.phone if self.shows_phone else ""


class LevelMembership(models.Model):
    """That somebody meets at a level, and so sees and is invited to its meetings."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="levels", verbose_name=_("member"))
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["member__name", "level"]
        constraints = [models.UniqueConstraint(fields=["member", "level"], name="network_level_once")]

    def __str__(self) -> str:
        return str(self.get_level_display())


class FeedToken(models.Model):
    """The secret address of a member's own calendar. Only its hash is kept; membership is asked at every fetch."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="feed_tokens", verbose_name=_("member"))
    secret_hash = models.CharField(_("hash of the address"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    last_used = models.DateField(_("last used"), null=True, blank=True)

    objects = FeedTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal calendar")
        verbose_name_plural = _("personal calendars")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(revoked_at=None), name="network_feed_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id}"
