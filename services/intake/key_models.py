"""Further ways into a draft: other browsers of the same person, and the code with which they go on elsewhere."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["DraftKey"]


class DraftKey(models.Model):
    """A draft's key, encrypted with something only a person holds: a browser's token or the code to go on.

    The browser in which a draft began needs no row; its token makes the key itself.
    """

    class Kind(models.TextChoices):
        """What opens it."""

        BROWSER = "browser", _("browser")
        CODE = "code", _("code to go on")

    draft = models.ForeignKey(
        "services.Draft", on_delete=models.CASCADE, related_name="keys", verbose_name=_("draft"), db_index=True
    )
    kind = models.CharField(_("opened by"), max_length=8, choices=Kind.choices)
    tag = models.CharField(
        _("mark"), max_length=16, help_text=_("Finds the row; tells nothing about token or secret digits.")
    )
    salt = models.BinaryField(_("salt"), max_length=32)
    sealed = models.BinaryField(_("key of the draft, encrypted"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("key of a draft")
        verbose_name_plural = _("keys of drafts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "tag"], name="services_draftkey_tag"),
            models.UniqueConstraint(
                fields=["draft"], condition=models.Q(kind="code"), name="services_draftkey_one_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.kind}"
