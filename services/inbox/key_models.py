"""Keys: of offices, of the district's escrow, and a case's own key, sealed to whoever may open it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.directory.models import Office
from services.inbox.querysets import KeyQuerySet
from services.inbox.statuses import KeyState, Recipient


class Sealed(models.Model):
    """Ancestor of everything here: kept out of Wagtail's reference index, which would tell editors how many cases an
    office or a person has."""

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True


class KeyRow(Sealed):
    """One version of a key pair; the private half is locked away under the master key (portal.sealing)."""

    version = models.PositiveIntegerField(_("version"), default=1)
    public = models.BinaryField(_("public key"), max_length=32)
    private_ct = models.BinaryField(_("private key, encrypted"))
    state = models.CharField(_("state"), max_length=8, choices=KeyState.choices, default=KeyState.ACTIVE)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        abstract = True


class OfficeKey(KeyRow):
    """The key pair of an office: the public role seals to it, members of the office open with it."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="keys", verbose_name=_("office"))

    class Meta:
        verbose_name = _("office key")
        verbose_name_plural = _("office keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["office", "version"], name="services_officekey_version"),
            models.UniqueConstraint(
                fields=["office"], condition=models.Q(state=KeyState.ACTIVE), name="services_officekey_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} v{self.version}"


class EscrowKey(KeyRow):
    """The district's second key, for the day on which an office has lost its own."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="escrow_keys", verbose_name=_("district")
    )

    class Meta:
        verbose_name = _("escrow key")
        verbose_name_plural = _("escrow keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="services_escrowkey_version"),
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(state=KeyState.ACTIVE), name="services_escrowkey_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} v{self.version}"


class CaseKey(Sealed):
    """A case's data key, sealed to one recipient; `key_version` is the recipient's."""

    case = models.ForeignKey("services.Case", on_delete=models.CASCADE, related_name="keys", verbose_name=_("case"))
    recipient = models.CharField(_("recipient"), max_length=10, choices=Recipient.choices)
    key_version = models.PositiveIntegerField(_("version of the key"), default=1)
    sealed = models.BinaryField(_("sealed data key"))

    class Meta:
        verbose_name = _("case key")
        verbose_name_plural = _("case keys")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "recipient"], name="services_casekey_recipient")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.recipient}"
