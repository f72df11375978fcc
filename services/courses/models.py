"""Facts about courses: once, without a language. The words about a course are its `CoursePage` (see pages.py).

`Provider`, `Venue`, `Closure` (place_models.py) · `Course` (here) → `CourseRun` (run_models.py) → `Lesson`
(lesson_models.py) · words (pages.py).
Facts and words meet on `Course.key`, which is the `translation_key` of the course's pages in all languages.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.languages import SOURCE, is_known
from portal.models import District
from services.courses.access_models import AccessRule
from services.courses.announcement_models import Announcement, AnnouncementPage
from services.courses.enrolment_models import Attendance, Enrolment
from services.courses.import_models import ImportRecord
from services.courses.interest_models import CourseInterest
from services.courses.lesson_models import Lesson, LessonRule
from services.courses.pages import CourseIndexPage, CoursePage
from services.courses.place_models import Closure, Provider, Venue
from services.courses.planning_models import PlanningInvitation, PlanningRound
from services.courses.proposal_models import CourseProposal, ProviderAccount
from services.courses.querysets import CourseQuerySet
from services.courses.run_change_models import RunChange
from services.courses.run_models import CourseRun, RunNote
from services.courses.seat_models import CourseKey, CourseMail
from services.courses.subscription_models import Subscription
from services.courses.teacher_models import Teacher
from services.courses.vocabulary import (
    AccessRoute,
    Audience,
    Certificate,
    CourseFamily,
    Funding,
    Level,
    Literacy,
    levels_from,
)

__all__ = [
    "AccessRule",
    "Announcement",
    "AnnouncementPage",
    "Attendance",
    "Closure",
    "Course",
    "CourseIndexPage",
    "CourseInterest",
    "CourseKey",
    "CourseMail",
    "CoursePage",
    "CourseProposal",
    "CourseRun",
    "Enrolment",
    "ImportRecord",
    "Lesson",
    "LessonRule",
    "PlanningInvitation",
    "PlanningRound",
    "Provider",
    "ProviderAccount",
    "RunChange",
    "RunNote",
    "Subscription",
    "Teacher",
    "Venue",
]

_RISING = reduce(or_, (Q(level_from=level, level_to__in=levels_from(level)) for level in Level.values))


def known_routes(value: list[str]) -> None:
    """A list of access routes we know."""
    _known(value, AccessRoute.values)


def known_audiences(value: list[str]) -> None:
    """A list of audiences we know."""
    _known(value, Audience.values)


def known_certificates(value: list[str]) -> None:
    """A list of certificates we know."""
    _known(value, Certificate.values)


def known_languages(value: list[str]) -> None:
    """A list of language tags we know."""
    _known(value, [code for code in value if isinstance(code, str) and is_known(code)])


def _known(value: list[str], allowed: list[str]) -> None:
    if not isinstance(value, list) or any(code not in allowed for code in value):
        raise ValidationError(_("Please choose from the list."), code="unknown_code")


def _only_german() -> list[str]:
    return [SOURCE]


def _for_everybody() -> list[str]:
    return [AccessRoute.OPEN.value]


class Course(models.Model):
    """A teaching offer that is given again and again; a `CourseRun` is one dated giving of it."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="courses", verbose_name=_("district"))
    key = models.UUIDField(
        _("key"),
        default=uuid4,
        unique=True,
        editable=False,
        help_text=_("Translation key of the pages that describe the course."),
    )
    code = models.SlugField(
        _("code"), max_length=60, help_text=_("Also the address of its page, for example alpha-cafe.")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="courses", verbose_name=_("course provider")
    )
    family = models.CharField(_("kind of course"), max_length=20, choices=CourseFamily.choices)
    funding = models.CharField(_("paid by"), max_length=12, choices=Funding.choices, blank=True)
    level_from = models.CharField(_("level at the beginning"), max_length=8, choices=Level.choices, default=Level.A0)
    level_to = models.CharField(_("level at the end"), max_length=8, choices=Level.choices, default=Level.A1_1)
    literacy = models.CharField(_("writing"), max_length=8, choices=Literacy.choices, default=Literacy.LATIN)
    lessons_total = models.PositiveSmallIntegerField(_("lessons in all"), null=True, blank=True)
    lesson_minutes = models.PositiveSmallIntegerField(_("minutes of one lesson"), default=45)
    modules = models.PositiveSmallIntegerField(_("parts"), null=True, blank=True)
    certificates = models.JSONField(_("certificates"), default=list, blank=True, validators=[known_certificates])
    access_routes = models.JSONField(_("who may take part"), default=_for_everybody, validators=[known_routes])
    audience = models.JSONField(_("made for"), default=list, blank=True, validators=[known_audiences])
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    languages = models.JSONField(
        _("languages of instruction"),
        default=_only_german,
        validators=[known_languages],
        help_text=_("Languages that the teachers speak in the course."),
    )
    cost_total = models.DecimalField(
        _("cost of the whole course (euros)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("0 means free. Empty means not known."),
    )
    cost_per_lesson = models.DecimalField(
        _("cost of one lesson (euros)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    exemption = models.BooleanField(_("free on application"), default=False)
    travel_support = models.BooleanField(_("travel money on application"), default=False)
    is_public = models.BooleanField(
        _("public"), default=True, help_text=_("Shown to everybody in all languages, with or without a page of words.")
    )
    internal_notes = models.TextField(_("internal notes"), blank=True, help_text=_("Never shown to the public."))
    source = models.CharField(_("source of the data"), max_length=40, blank=True, help_text=_("Name of the import."))
    external_ref = models.CharField(_("number at the source"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"],
                name="services_course_code_once",
                violation_error_message=_("Another course has this code."),
            ),
            models.UniqueConstraint(
                fields=["district", "source", "external_ref"],
                condition=~Q(external_ref=""),
                name="services_course_external_once",
                violation_error_message=_("This number of the source belongs to another course."),
            ),
            models.CheckConstraint(
                condition=_RISING,
                name="services_course_levels_rise",
                violation_error_message=_("The level at the end must not be below the level at the beginning."),
            ),
            models.CheckConstraint(
                condition=(Q(cost_total=None) | Q(cost_total__gte=0))
                & (Q(cost_per_lesson=None) | Q(cost_per_lesson__gte=0)),
                name="services_course_cost_positive",
                violation_error_message=_("A cost cannot be below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.get_family_display()}"

    def clean(self) -> None:
        super().clean()
        if self.provider_id and self.district_id and self.provider.district_id != self.district_id:
            raise ValidationError({"provider": _("This provider belongs to another district.")})

    @property
    def levels(self) -> str:
        """The levels as short codes, `A2.2 B1.2` as a pair for display, or one word where they are the same."""
        return self.level_from if self.level_from == self.level_to else f"{self.level_from} {self.level_to}"

    @property
    def is_free(self) -> bool:
        """Whether nobody pays anything."""
        return self.cost_total == 0
