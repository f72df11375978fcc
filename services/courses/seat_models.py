"""What both lists of people share: who may be reached, in which language and how, sealed to the course desk's key.

Only what planning counts is readable in the database. Name, telephone, mail and remarks are in one envelope, which the
course desk opens and the public role cannot (docs/decisions/009).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.languages import SOURCE
from portal.models import District
from services.courses.seat_querysets import MailQuerySet
from services.courses.seat_statuses import Channel, CourseMailKind
from services.inbox.key_models import KeyRow
from services.inbox.statuses import KeyState


class CourseKey(KeyRow):
    """The key pair of a district's course desk: everybody seals to it, course staff open with it."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_keys", verbose_name=_("district")
    )

    class Meta:
        verbose_name = _("course key")
        verbose_name_plural = _("course keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="services_coursekey_version"),
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(state=KeyState.ACTIVE), name="services_coursekey_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} v{self.version}"


class SealedPerson(models.Model):
    """Somebody who gave us a name and a way to reach them. `sealed` holds both, with the secret of their link.

    `contact_stamp` finds a second entry with the same contact without knowing the contact; `token_hash` finds the row
    of a personal link without knowing the link.
    """

    wagtail_reference_index_ignore = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("district")
    )
    language = models.CharField(_("language"), max_length=12, default=SOURCE)
    channel = models.CharField(_("how we reach the person"), max_length=8, choices=Channel.choices)
    sealed = models.BinaryField(_("person, encrypted"))
    sealed_key = models.BinaryField(_("sealed data key"))
    key_version = models.PositiveIntegerField(_("version of the key"), default=1)
    contact_stamp = models.CharField(_("stamp of the contact"), max_length=80, db_index=True)
    token_hash = models.CharField(_("hash of the personal link"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        abstract = True


class CourseMail(models.Model):
    """A mail to write: the worker opens the address and hands it to the outbox, because the public role cannot.

    Written in the transaction that caused it; `number` tells a second mail of the same kind from a repeated one.
    """

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey(
        "services.Enrolment", null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    interest = models.ForeignKey(
        "services.CourseInterest", null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CourseMailKind.choices)
    number = models.PositiveIntegerField(_("number"), default=0)
    created_at = models.DateTimeField(_("created"))
    queued_at = models.DateTimeField(_("handed over"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about a place")
        verbose_name_plural = _("mails about places")
        default_permissions = ()
        indexes = [models.Index(fields=["queued_at", "created_at"], name="services_coursemail_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
