"""The foundation's own rows: district, people, images, documents, mail to send, where a translation came from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Page, Revision, Site

from portal.file_models import *  # noqa: F403
from portal.languages import LANGUAGES, SOURCE
from portal.sites import site_of


class DistrictQuerySet(models.QuerySet["District"]):
    def for_request(self, request: Any) -> District:
        """The district whose site this request reached. Raises `District.DoesNotExist` where none is set up."""
        found = getattr(request, "_lotse_district", None)
        if found is None:
            site = site_of(request)
            found = self.get(site=site)
            found.site = site  # with its root page, which Wagtail has read already
            request._lotse_district = found
        return found


class District(models.Model):
    """One Landkreis with its own site; every fact, office, form, case, course and meeting belongs to one."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="district", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(_("district key"), max_length=5, unique=True, help_text=_("First five digits of the AGS."))

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person with an account: staff, coordinators, translators. Visitors have none."""

    language = models.CharField(
        _("language"), max_length=12, default=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    is_demo = models.BooleanField(
        _("demo account"), default=False, editable=False, help_text=_("Made by the demo; production refuses to start.")
    )


class PortalImage(AbstractImage):
    """An image whose description is required, because it becomes the alternative text (WCAG 2.2, 1.1.1)."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(description=""),
                name="portal_image_described",
                violation_error_message=_("Please describe the image for people who cannot see it."),
            )
        ]


class PortalRendition(AbstractRendition):
    """A size of an image, made once."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="portal_rendition_once")
        ]


class PortalDocument(AbstractDocument):
    """A file to download, with the language it is written in."""

    language = models.CharField(
        _("language"), max_length=12, default=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )

    admin_form_fields = (*Document.admin_form_fields, "language")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class TranslationRecord(models.Model):
    """Where a translated page came from: the source revision it was made of, by what, and who checked it.

    Two separate facts (handbook: design §4): made from which revision, and checked by a person or not.
    """

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, related_name="translation_record", verbose_name=_("page")
    )
    source_revision = models.ForeignKey(
        Revision, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("source revision")
    )
    made_by = models.CharField(_("made by"), max_length=80, blank=True, help_text=_("Person, provider or file."))
    made_at = models.DateTimeField(_("made on"), auto_now=True)
    checked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("translation record")
        verbose_name_plural = _("translation records")

    def __str__(self) -> str:
        return f"{self.page_id} ← {self.source_revision_id}"


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, at: Any) -> OutboxMessageQuerySet:
        """Not yet sent, not given up, not perhaps sent, and its time has come."""
        return self.waiting().filter(not_before__lte=at).order_by("not_before", "pk")

    def waiting(self) -> OutboxMessageQuerySet:
        """Will be sent, now or later."""
        return self.filter(sent_at=None, given_up_at=None, handed_over_at=None)

    def uncertain(self, before: Any) -> OutboxMessageQuerySet:
        """Handed to the mail server by a worker that died before it heard the answer: perhaps sent, perhaps not."""
        return self.filter(sent_at=None, given_up_at=None, handed_over_at__lt=before)

    def given_up(self) -> OutboxMessageQuerySet:
        """Refused too often, or no mail at all."""
        return self.exclude(given_up_at=None)


class OutboxMessage(models.Model):
    """A mail that must leave. Written in the transaction that caused it, sent by the worker (see portal.outbox)."""

    dedupe_key = models.CharField(_("key against sending twice"), max_length=200, unique=True)
    recipient = models.EmailField(_("recipient"), blank=True)
    recipient_ct = models.BinaryField(
        _("recipient, encrypted"), null=True, blank=True, help_text=_("In place of the plain one, until it is sent.")
    )
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    calendar = models.TextField(_("calendar entry"), blank=True)
    calendar_method = models.CharField(_("calendar method"), max_length=10, blank=True)
    unsubscribe = models.CharField(
        _("address that ends these mails"), max_length=300, blank=True, help_text=_("Until it is sent.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed to the mail server"), null=True, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [models.Index(fields=["sent_at", "given_up_at", "not_before"], name="portal_outbox_due")]

    def __str__(self) -> str:
        return self.dedupe_key


class MailTrouble(models.Model):
    """That the mail server does not answer, since when, and when to try again. No row: all is well."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    since = models.DateTimeField(_("since"))
    tries = models.PositiveIntegerField(_("tries"), default=1)
    next_try_at = models.DateTimeField(_("next try"))
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("trouble with the mail server")
        verbose_name_plural = _("trouble with the mail server")
        default_permissions = ()

    def __str__(self) -> str:
        return self.last_error
