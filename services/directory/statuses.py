"""The closed lists of the directory: kinds of offices, phases, tasks, groups, and how certain an answer is."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficeKind(models.TextChoices):
    """What an office does, in words of the catalogue, so that it is readable in every language."""

    SHELTER = "shelter", _("Social counselling in preliminary accommodation")
    INTEGRATION = "integration", _("Integration management: counselling in your town")
    COORDINATION = "coordination", _("Coordination office of integration management")
    MUNICIPALITY = "municipality", _("Town hall of your municipality")
    YOUTH = "youth", _("Youth office")
    IMMIGRATION = "immigration", _("Immigration office")
    REGULAR = "regular", _("Advice services for everyone")
    RECEPTION = "reception", _("State reception centre")
    INTERPRETERS = "interpreters", _("Interpreters for offices")
    BENEFITS = "benefits", _("Benefits office")
    SCHOOL = "school", _("School authority")
    HEALTH = "health", _("Health office")
    PROTECTION = "protection", _("Help against violence")


class Phase(models.TextChoices):
    """Where a person lives and who runs the place (handbook: domain §1.3)."""

    LEA = "LEA", _("State reception centre")
    VU = "VU", _("Accommodation run by the district or the Red Cross")
    AU = "AU", _("Accommodation from the town or municipality")
    PRIVATE = "PRIVATE", _("Own rental contract or with family")
    HOMELESS = "HOMELESS", _("No place to stay")
    UNKNOWN = "UNKNOWN", _("I do not know")


class Task(models.TextChoices):
    """For what an office is responsible."""

    COUNSELLING = "counselling", _("Social counselling")
    YOUTH = "youth", _("Unaccompanied minors")
    RESIDENCE = "residence", _("Residence documents")
    TRIAGE = "triage", _("Finding the right door")
    REGULAR = "regular", _("Advice after or beside integration management")
    HOUSING = "housing", _("A place to stay today")


class Group(models.TextChoices):
    """Why a person in private housing is here; asked only there, never stored, never part of a link to a form."""

    UKRAINE = "UKRAINE", _("I came from Ukraine because of the war")
    FAMILY_REUNION = "FAMILY_REUNION", _("I came to my family. They fled here before me")
    OTHER = "OTHER", _("Something else, for example work or studies")
    UNSAID = "UNSAID", _("I do not want to say, or I do not know")


class Mode(StrEnum):
    """What the responsible office does for the person (handbook: domain §1.4)."""

    PROTECT = "protect"
    REFER_OUT = "refer_out"
    REGULAR = "regular"
    HANDOVER = "handover"
    AFTERCARE = "aftercare"
    AFTERCARE_CHECK = "aftercare_check"
    CLARIFY_START = "clarify_start"
    TRIAGE = "triage"
    REFER = "refer"
    URGENT = "urgent"


class Confidence(StrEnum):
    """Whether the rule says so, or the district still has to confirm our reading of it."""

    DEFINITE = "definite"
    ASSUMED = "assumed"
