"""A run: one dated giving of a course with its places, and short notes on it per language."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from services.courses.querysets import CourseRunQuerySet
from services.courses.reasons import Reason
from services.courses.seat_statuses import EnrolmentMode
from services.courses.vocabulary import Childcare, Entry, Mode, PlacementTest, PlacesState, RunStatus, TimeOfDay


class CourseRun(models.Model):
    """One dated giving of a course, with its places."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="course_runs", editable=False, verbose_name=_("district")
    )
    course = models.ForeignKey(
        "services.Course", on_delete=models.PROTECT, related_name="runs", verbose_name=_("course")
    )
    code = models.SlugField(
        _("code"), max_length=60, help_text=_("Once in the district, for example alpha-cafe-2027-1.")
    )
    status = models.CharField(_("status"), max_length=20, choices=RunStatus.choices, default=RunStatus.PLANNED)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=16, choices=Reason.choices, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True, editable=False)
    mode = models.CharField(_("where"), max_length=8, choices=Mode.choices, default=Mode.ONSITE)
    venue = models.ForeignKey(
        "services.Venue", null=True, blank=True, on_delete=models.PROTECT, related_name="runs", verbose_name=_("venue")
    )
    room = models.CharField(_("room"), max_length=60, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    time_of_day = models.CharField(_("time of day"), max_length=10, choices=TimeOfDay.choices, blank=True)
    lessons_per_week = models.PositiveSmallIntegerField(_("lessons per week"), null=True, blank=True)
    entry = models.CharField(_("joining"), max_length=8, choices=Entry.choices, default=Entry.START)
    capacity_min = models.PositiveSmallIntegerField(_("people needed to start"), null=True, blank=True)
    capacity_max = models.PositiveSmallIntegerField(_("places in all"), null=True, blank=True)
    places_state = models.CharField(_("places"), max_length=8, choices=PlacesState.choices, default=PlacesState.ASK)
    places_free = models.PositiveSmallIntegerField(_("free places"), null=True, blank=True)
    places_updated_at = models.DateTimeField(_("places checked on"), null=True, blank=True)
    waitlist_length = models.PositiveSmallIntegerField(_("people on the waiting list"), null=True, blank=True)
    enrolment = models.CharField(
        _("enrolment"),
        max_length=8,
        choices=EnrolmentMode.choices,
        default=EnrolmentMode.NONE,
        help_text=_("When people enrol here, the free places and the waiting list are counted by the portal."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer an offer"),
        default=72,
        validators=[MinValueValidator(4), MaxValueValidator(720)],
        help_text=_("When a place becomes free, the next person has so long to say yes. It ends on a working day."),
    )
    register_from = models.DateField(_("registration from"), null=True, blank=True)
    register_until = models.DateField(_("registration until"), null=True, blank=True)
    placement_test = models.CharField(
        _("placement test"), max_length=8, choices=PlacementTest.choices, default=PlacementTest.NONE
    )
    childcare = models.CharField(_("childcare"), max_length=10, choices=Childcare.choices, default=Childcare.NONE)
    childcare_places = models.PositiveSmallIntegerField(_("places in the childcare"), null=True, blank=True)
    childcare_min_age = models.PositiveSmallIntegerField(_("childcare from age (years)"), null=True, blank=True)
    women_only = models.BooleanField(_("only for women"), default=False)
    contact_point = models.ForeignKey(
        "services.ContactPoint",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("contact point"),
        help_text=_("Empty: the contact point of the provider."),
    )
    previous_run = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="next_runs", verbose_name=_("copy of")
    )
    is_public = models.BooleanField(_("public"), default=True)
    internal_notes = models.TextField(_("internal notes"), blank=True, help_text=_("Never shown to the public."))
    source = models.CharField(_("source of the data"), max_length=40, blank=True, help_text=_("Name of the import."))
    external_ref = models.CharField(_("number at the source"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("course run")
        verbose_name_plural = _("course runs")
        ordering = ["starts_on", "code"]
        indexes = [models.Index(fields=["district", "status", "ends_on"], name="services_run_listed")]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"],
                name="services_run_code_once",
                violation_error_message=_("Another run has this code."),
            ),
            models.UniqueConstraint(
                fields=["district", "source", "external_ref"],
                condition=~Q(external_ref=""),
                name="services_run_external_once",
                violation_error_message=_("This number of the source belongs to another run."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="services_run_in_order",
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(register_until=None) | Q(register_from=None) | Q(register_until__gte=F("register_from")),
                name="services_run_registration_in_order",
                violation_error_message=_("The end of the registration must not be before its beginning."),
            ),
            models.CheckConstraint(
                condition=Q(capacity_max=None) | Q(capacity_min=None) | Q(capacity_max__gte=F("capacity_min")),
                name="services_run_capacity_in_order",
                violation_error_message=_("There must be at least as many places as people needed to start."),
            ),
            models.CheckConstraint(
                condition=Q(places_free=None) | Q(capacity_max=None) | Q(places_free__lte=F("capacity_max")),
                name="services_run_places_fit",
                violation_error_message=_("There cannot be more free places than places in all."),
            ),
            models.CheckConstraint(
                condition=~Q(status=RunStatus.CANCELLED) | ~Q(cancel_reason=""),
                name="services_run_cancel_reason",
                violation_error_message=_("Please say why the course is cancelled."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.district_id = self.course.district_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.course_id and self.venue and self.venue.district_id != self.course.district_id:
            raise ValidationError({"venue": _("This venue belongs to another district.")})
        if self.status == RunStatus.CONFIRMED and self.mode != Mode.ONLINE and not self.venue_id:
            raise ValidationError({"venue": _("A course that will take place needs a venue.")})
        if self.status == RunStatus.CONFIRMED and not self.starts_on:
            raise ValidationError({"starts_on": _("A course that will take place needs a first day.")})

    def whom_to_ask(self) -> Any:
        """The contact point of the run, or of its provider."""
        return self.contact_point or self.course.provider.contact_point


class RunNote(models.Model):
    """A short note on a run in one language, for example what to bring on the first day."""

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="notes", verbose_name=_("course run"))
    language = models.CharField(
        _("language"), max_length=12, default=SOURCE, choices=[(entry.code, entry.endonym) for entry in LANGUAGES]
    )
    text = models.TextField(_("text"), max_length=500)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "language"],
                name="services_run_note_once",
                violation_error_message=_("There is already a note in this language."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
