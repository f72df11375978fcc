"""The wish to be told by mail that there is news, apart from the answers and readable by the worker alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.inbox.querysets import NoticeQuerySet

__all__ = ["Notice"]


class Notice(models.Model):
    """One person's address for mails without content. Nothing is sent to it before its owner has shown that it works.

    Address and digits are sealed to the district's escrow key: the public role, which takes them, cannot read them.
    """

    submission = models.OneToOneField(
        "services.Submission", on_delete=models.CASCADE, related_name="notice", verbose_name=_("submission")
    )
    sealed = models.BinaryField(_("address and digits, encrypted"))
    key_version = models.PositiveIntegerField(_("version of the key"))
    language = models.CharField(_("language"), max_length=12)
    digits_stamp = models.CharField(_("fingerprint of the digits"), max_length=80)
    wanted_at = models.DateTimeField(_("asked for"))
    asked_at = models.DateTimeField(_("digits sent"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    news_at = models.DateTimeField(_("news since"), null=True, blank=True)
    told_at = models.DateTimeField(
        _("told"), null=True, blank=True, help_text=_("Empty again when the person has looked, so nobody is nagged.")
    )

    objects = NoticeQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("notice by mail")
        verbose_name_plural = _("notices by mail")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
