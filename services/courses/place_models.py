"""Who gives courses, where, and when the doors are closed. Names are official and stay German."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models import District
from services.courses.querysets import ClosureQuerySet, FactQuerySet
from services.courses.reasons import Reason
from services.courses.vocabulary import ACCESS_LABELS


class Provider(models.Model):
    """A body that gives courses: adult education centre, association, municipality."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_providers", verbose_name=_("district")
    )
    code = models.SlugField(_("code"), max_length=40, help_text=_("Short name for imports, for example vhs-vs."))
    name = models.CharField(_("name"), max_length=160)
    website = models.URLField(_("website"), blank=True)
    contact_point = models.ForeignKey(
        "services.ContactPoint",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("contact point"),
        help_text=_("Whom people ask about courses of this provider."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_example = models.BooleanField(_("example data"), default=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("course provider")
        verbose_name_plural = _("course providers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"],
                name="services_provider_code_once",
                violation_error_message=_("Another provider has this code."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Venue(models.Model):
    """A house where lessons are, and what people with disabilities must know before they come.

    The three-valued answers are yes, no and not known; nobody is told "yes" by default.
    """

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_venues", verbose_name=_("district")
    )
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    street = models.CharField(_("street"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    town = models.CharField(_("town"), max_length=80)
    municipality = models.ForeignKey(
        "services.Municipality",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="course_venues",
        verbose_name=_("municipality"),
        help_text=_("Distances are counted from its centre."),
    )
    stop = models.CharField(_("bus or train stop"), max_length=120, blank=True)
    step_free = models.BooleanField(ACCESS_LABELS["step_free"], null=True, blank=True)
    lift = models.BooleanField(ACCESS_LABELS["lift"], null=True, blank=True)
    accessible_toilet = models.BooleanField(ACCESS_LABELS["accessible_toilet"], null=True, blank=True)
    induction_loop = models.BooleanField(ACCESS_LABELS["induction_loop"], null=True, blank=True)
    pram_space = models.BooleanField(ACCESS_LABELS["pram_space"], null=True, blank=True)
    access_checked_on = models.DateField(_("access checked on"), null=True, blank=True)
    is_example = models.BooleanField(_("example data"), default=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("course venue")
        verbose_name_plural = _("course venues")
        ordering = ["town", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"],
                name="services_venue_code_once",
                violation_error_message=_("Another venue has this code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"

    @property
    def address(self) -> str:
        """The address on one line, as on an envelope."""
        town = f"{self.postcode} {self.town}".strip()
        return ", ".join(part for part in (self.name, self.street, town) if part)

    @property
    def access(self) -> list[tuple[str, bool]]:
        """What is known about access: label and yes or no."""
        known = [(label, getattr(self, name)) for name, label in ACCESS_LABELS.items()]
        return [(str(label), value) for label, value in known if value is not None]


class Closure(models.Model):
    """Days without lessons, both ends included: school holidays of the district, or a closed house."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_closures", verbose_name=_("district")
    )
    venue = models.ForeignKey(
        Venue,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="closures",
        verbose_name=_("venue"),
        help_text=_("Empty: for all courses of the district."),
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("days without lessons")
        verbose_name_plural = _("days without lessons")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="services_closure_in_order",
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.UniqueConstraint(
                fields=["district", "reason", "first_day"],
                condition=Q(venue=None),
                name="services_closure_once",
                violation_error_message=_("These days are already entered."),
            ),
            models.UniqueConstraint(
                fields=["venue", "reason", "first_day"],
                condition=~Q(venue=None),
                name="services_venue_closure_once",
                violation_error_message=_("These days are already entered."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.first_day} / {self.last_day}"
