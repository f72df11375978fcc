"""What comes with the work on a case: appointments, keyed fingerprints of contacts, requests to erase, absences."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.inbox.key_models import Sealed
from services.inbox.querysets import AbsenceQuerySet, AppointmentQuerySet
from services.inbox.statuses import AppointmentMode, ContactKind, EraseWish


class Appointment(Sealed):
    """A time to meet. Time and way are plain, because calendars need them; the place is encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        "services.Case", on_delete=models.CASCADE, related_name="appointments", verbose_name=_("case")
    )
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=30)
    mode = models.CharField(_("way to meet"), max_length=8, choices=AppointmentMode.choices)
    place_ct = models.BinaryField(_("place, encrypted"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        default_permissions = ()
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="services_appointment_day")]

    def __str__(self) -> str:
        return str(self.pk)


class BlindIndex(Sealed):
    """A keyed fingerprint of a contact, so that two cases of one person find each other and nobody reads the contact.

    Not unique: several cases share one. Gone with the case and when its content is erased.
    """

    case = models.ForeignKey(
        "services.Case", on_delete=models.CASCADE, related_name="blind_indexes", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ContactKind.choices)
    digest = models.CharField(_("fingerprint"), max_length=72)

    class Meta:
        verbose_name = _("blind index")
        verbose_name_plural = _("blind indexes")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "kind", "digest"], name="services_blindindex_once")]
        indexes = [models.Index(fields=["digest"], name="services_blindindex_find")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class EraseRequest(Sealed):
    """One colleague wants a case erased now; another one must say yes."""

    case = models.OneToOneField(
        "services.Case", on_delete=models.CASCADE, related_name="erase_request", verbose_name=_("case")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=EraseWish.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for"))

    class Meta:
        verbose_name = _("request to erase")
        verbose_name_plural = _("requests to erase")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.case_id)


class Absence(models.Model):
    """Days on which somebody does not work, and who acts for them. It gives the deputy no access to anything."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deputises_in",
        verbose_name=_("deputy"),
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        default_permissions = ()
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="services_absence_in_order",
                violation_error_message=_("The end must not be before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_day}"
