"""Somebody who wants mail about courses: which courses, in which language, at an address that only the worker reads."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.languages import SOURCE
from portal.models import District
from services.courses.vocabulary import RunStatus

__all__ = ["Subscription"]

UNCONFIRMED_HOURS = 48
"""Hours in which a wish must be confirmed; then its address goes."""
RENEW_DAYS = 365
"""Days after which we ask whether the mails are still wanted."""
ANSWER_DAYS = 30
"""Days to answer that question; then the address goes."""
OVER_DAYS = 30
"""Days for which a subscription to one run outlives it: a cancelled course may take place after all."""


class SubscriptionMail(models.TextChoices):
    """A mail that the worker owes this person because of what they did on a page."""

    CONFIRM = "confirm", _("Is this your address?")
    ALREADY = "already", _("You get these mails already")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Subscriptions as sentences."""

    def of(self, district: District) -> SubscriptionQuerySet:
        """Those of a district."""
        return self.filter(district=district)

    def confirmed(self) -> SubscriptionQuerySet:
        """Their owner has shown that the address is theirs."""
        return self.exclude(confirmed_at=None)

    def active(self) -> SubscriptionQuerySet:
        """Mail is wanted now."""
        return self.confirmed().filter(paused_at=None)

    def owed(self) -> SubscriptionQuerySet:
        """A mail must be written because of what somebody did on a page, oldest first."""
        return self.exclude(mail_due="").order_by("wanted_at")

    def to_look_through(self, at: datetime) -> SubscriptionQuerySet:
        """It is time to look for new runs, longest wait first. A subscription to one run waits for none."""
        return self.active().filter(run=None, check_at__lte=at).order_by("check_at", "pk")

    def following(self, run: Any) -> SubscriptionQuerySet:
        """Who must hear of a change of this run: it was there when they chose, or mailed since.

        A run that is new to somebody comes with the next mail of new courses, and not a second time as a change.
        """
        there = Q(known=run) | Q(wanted_at__gte=run.created_at)
        chose = Q(run=run) | (Q(course=run.course_id) & there) | Q(wants_changes=True, known=run)
        return self.active().filter(chose).distinct().order_by("wanted_at", "pk")

    def to_renew(self, at: datetime) -> SubscriptionQuerySet:
        """A year has passed, and nobody has asked yet."""
        return self.confirmed().filter(renewed_at__lte=at - timedelta(days=RENEW_DAYS), renew_asked_at=None)

    def due_for_erasure(self, at: datetime) -> SubscriptionQuerySet:
        """Never confirmed, not renewed, or about a run that is over."""
        over = at - timedelta(days=OVER_DAYS)
        ended = Q(run__ends_on__lt=timezone.localdate(over)) | Q(
            run__status=RunStatus.CANCELLED, run__cancelled_at__lte=over
        )
        return self.filter(
            Q(confirmed_at=None, wanted_at__lte=at - timedelta(hours=UNCONFIRMED_HOURS))
            | Q(renew_asked_at__lte=at - timedelta(days=ANSWER_DAYS))
            | ended
        )


class Subscription(models.Model):
    """One wish for mail: about a filter of the course list, about a course, or about one run.

    Address and link are sealed to the district's escrow key: the public role takes them and cannot read them back.
    """

    wagtail_reference_index_ignore = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_subscriptions", verbose_name=_("district")
    )
    address_stamp = models.CharField(_("fingerprint of the address"), max_length=80)
    token_stamp = models.CharField(_("fingerprint of the link"), max_length=80, unique=True)
    sealed = models.BinaryField(_("address and link, encrypted"))
    key_version = models.PositiveIntegerField(_("version of the key"))
    language = models.CharField(_("language"), max_length=12, default=SOURCE)
    query = models.CharField(
        _("filters"), max_length=500, blank=True, help_text=_("As in the address of the list, in a fixed order.")
    )
    course = models.ForeignKey(
        "services.Course", null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("course")
    )
    run = models.ForeignKey(
        "services.CourseRun",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("course run"),
    )
    target_key = models.CharField(_("what it is about"), max_length=500, blank=True, editable=False)
    wants_changes = models.BooleanField(_("changes at once"), default=True)
    known: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "services.CourseRun", related_name="+", blank=True, verbose_name=_("runs this person was told of")
    )
    wanted_at = models.DateTimeField(_("asked for"))
    mail_due = models.CharField(_("mail to write"), max_length=8, choices=SubscriptionMail.choices, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    check_at = models.DateTimeField(_("look for new runs from"), null=True, blank=True)
    renewed_at = models.DateTimeField(_("last renewed"), null=True, blank=True)
    renew_asked_at = models.DateTimeField(_("asked whether to go on"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription to courses")
        verbose_name_plural = _("subscriptions to courses")
        default_permissions = ()
        indexes = [
            models.Index(fields=["district", "address_stamp"], name="services_subscription_who"),
            models.Index(fields=["check_at"], name="services_subscription_check"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(course=None) | Q(run=None), name="services_subscription_one_target"),
            models.UniqueConstraint(
                fields=["district", "address_stamp", "target_key"], name="services_subscription_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
