"""Which mails a member of an office wants, and when."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.inbox.statuses import When

__all__ = ["NoticeWishes"]


class NoticeWishes(models.Model):
    """A person's wishes. Without a row the defaults of the fields count.

    Overdue answers cannot be switched off: everybody in the team must see who has been waiting for too long.
    """

    wagtail_reference_index_ignore = True

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_wishes", verbose_name=_("person")
    )
    new_case = models.CharField(_("New request"), max_length=6, choices=When.choices, default=When.NOW)
    person_wrote = models.CharField(_("New message of a person"), max_length=6, choices=When.choices, default=When.NOW)
    assigned = models.CharField(_("A request was given to me"), max_length=6, choices=When.choices, default=When.NOW)
    withdrawn = models.CharField(_("A request was withdrawn"), max_length=6, choices=When.choices, default=When.NOW)
    digest_hour = models.PositiveSmallIntegerField(
        _("Time of the daily summary"),
        default=7,
        validators=[MaxValueValidator(23)],
        help_text=_("Only on working days, and only if something waits."),
    )
    desk_weekly = models.BooleanField(
        _("Numbers of my desk every Monday"), default=True, help_text=_("For those who coordinate the network.")
    )
    last_desk_on = models.DateField(_("week of the last mail about the desk"), null=True, editable=False)
    last_digest_on = models.DateField(_("last looked at on"), null=True, editable=False)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
