"""Facts about who is where: municipalities, offices, their doors, and who is responsible for whom since when."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet

from portal.models import District
from services.directory.forms import ContactPointForm
from services.directory.querysets import (
    ContactPointQuerySet,
    MunicipalityQuerySet,
    OfficeMembershipQuerySet,
    OfficeQuerySet,
    ResponsibilityQuerySet,
)
from services.directory.statuses import OfficeKind, Phase, Task

__all__ = [
    "ContactPoint",
    "Municipality",
    "Office",
    "OfficeMembership",
    "OpeningException",
    "OpeningHours",
    "Responsibility",
]


class Municipality(models.Model):
    """A town or village of the district. The AGS is a string: its leading zero counts."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="municipalities", verbose_name=_("district")
    )
    ags = models.CharField(_("municipality key (AGS)"), max_length=8, unique=True)
    official_name = models.CharField(_("official name"), max_length=120)
    name = models.CharField(_("name"), max_length=80)
    postcodes = models.JSONField(_("postcodes"), default=list)
    aliases = models.JSONField(_("other names and villages"), default=list, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The key has eight digits and begins with the district's; postcodes have five digits."""
        if not re.fullmatch(r"[0-9]{8}", self.ags or ""):
            raise ValidationError({"ags": _("The key has eight digits.")})
        if self.district_id and not self.ags.startswith(self.district.key):
            raise ValidationError({"ags": _("The key must begin with the key of the district.")})
        if not all(re.fullmatch(r"[0-9]{5}", str(postcode)) for postcode in self.postcodes):
            raise ValidationError({"postcodes": _("A postcode has five digits.")})


@register_snippet
class Office(models.Model):
    """A body that is responsible for something. Its name is official and stays German."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="offices", verbose_name=_("district"))
    code = models.CharField(_("code"), max_length=16)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=16, choices=OfficeKind.choices)
    website = models.URLField(_("website"), blank=True)
    takes_cases = models.BooleanField(_("has an inbox"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OfficeQuerySet.as_manager()

    panels = [FieldPanel(name) for name in ("district", "code", "name", "kind", "website", "takes_cases", "is_active")]

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="services_office_code_once")]

    def __str__(self) -> str:
        return self.name


@register_snippet
class ContactPoint(ClusterableModel):
    """A way to reach an office: counter, telephone, mail, with hours and languages spoken."""

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="contact_points", verbose_name=_("office")
    )
    municipality = models.ForeignKey(
        Municipality,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_points",
        verbose_name=_("municipality"),
        help_text=_("Empty: for the whole area of the office."),
    )
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    is_address_secret = models.BooleanField(_("address is secret"), default=False)
    languages_spoken = models.JSONField(
        _("languages spoken"), default=list, blank=True, help_text=_('Language tags, e.g. ["de", "ar"].')
    )
    interpreter = models.BooleanField(_("interpreter possible"), default=True)
    step_free = models.BooleanField(_("reachable without steps"), null=True, blank=True)
    by_appointment = models.BooleanField(_("by appointment only"), default=False)
    is_example = models.BooleanField(
        _("example data"), default=False, help_text=_("Shown to readers: number and address are made up.")
    )

    objects = ContactPointQuerySet.as_manager()

    base_form_class = ContactPointForm
    panels = [
        FieldPanel("office"),
        FieldPanel("municipality"),
        FieldPanel("code"),
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel(name) for name in ("phone", "email", "website")], _("Reach")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("street", "postcode", "town", "is_address_secret")], _("Address")
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("languages_spoken", "interpreter", "step_free", "by_appointment", "is_example")
            ],
            _("Access"),
        ),
        InlinePanel("opening_hours", label=_("Opening hours")),
        InlinePanel("opening_exceptions", label=_("Exceptions")),
    ]

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """Open on a weekday (0 is Monday) from one local time to another."""

    contact_point = ParentalKey(ContactPoint, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=list(
            enumerate(
                [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
            )
        ),
    )
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="services_hours_in_order",
                violation_error_message=_("The end must be after the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}"


class OpeningException(models.Model):
    """A date on which the contact point is closed or open at other hours."""

    contact_point = ParentalKey(ContactPoint, on_delete=models.CASCADE, related_name="opening_exceptions")
    day = models.DateField(_("day"))
    opens = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty: closed all day."))
    closes = models.TimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"

    def clean(self) -> None:
        """Closed all day, or open from one time to a later one."""
        both = self.opens is not None and self.closes is not None and self.opens < self.closes
        if not both and (self.opens or self.closes):
            raise ValidationError({"closes": _("Leave both times empty, or let the end be after the beginning.")})


class Responsibility(models.Model):
    """Since when and until when an office has a task, in a municipality and phase; empty means all of them.

    The most specific row wins (municipality before phase). Another district changes rows, not code
    (handbook: design §6, domain §1.4).
    """

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="responsibilities", verbose_name=_("district")
    )
    task = models.CharField(_("task"), max_length=16, choices=Task.choices)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="responsibilities", verbose_name=_("office")
    )
    municipality = models.ForeignKey(
        Municipality,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsibilities",
        verbose_name=_("municipality"),
    )
    phase = models.CharField(_("phase"), max_length=8, choices=Phase.choices, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("Last day; empty: until changed."))
    note = models.CharField(_("source and note"), max_length=240, blank=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["task", "office__code", "municipality__name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="services_responsibility_in_order",
                violation_error_message=_("The end must not be before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} · {self.get_task_display()}"

    def clean(self) -> None:
        """One district only, and never two offices with the same task in the same place and time."""
        for name in ("office", "municipality"):
            fact: Any = getattr(self, name) if getattr(self, f"{name}_id") else None
            if fact and fact.district_id != self.district_id:
                raise ValidationError({name: _("This belongs to another district.")})
        if not self.valid_from:
            return
        other = Responsibility.objects.overlapping(self).select_related("office").first()
        if other:
            sentence = _("%(office)s has this task at the same time. End that row first.")
            raise ValidationError({"valid_from": sentence % {"office": other.office}})


class OfficeMembership(models.Model):
    """Who works for an office. Membership gives access to its cases; assignment only says who acts."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("office"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    is_lead = models.BooleanField(_("leads the office"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("Last day of access."))

    objects = OfficeMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["office", "user"], name="services_membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.office}"
