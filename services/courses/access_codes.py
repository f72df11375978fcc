"""The codes of the access rules: which paper a person has, which kind of course, what the rule answers.

Rules are rows of codes, so a rule that staff enter today is readable in every language today
(handbook: domain §3.1 to §3.3).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.courses.vocabulary import CourseFamily


class Residence(models.TextChoices):
    """Which paper allows a person to be here. The words of the papers stay German."""

    PROTECTION = "protection", _("Residence permit as a refugee or protected person (§ 25)")
    UKRAINE = "ukraine", _("Residence permit for people from Ukraine (§ 24)")
    FAMILY = "family", _("Residence permit to live with my family")
    WORK = "work", _("Residence permit for work or as a skilled worker")
    OTHER_TITLE = "other_title", _("Another residence permit")
    ASYLUM = "asylum", _("Permission to stay during the asylum procedure (Aufenthaltsgestattung)")
    TOLERATED = "tolerated", _("Suspension of deportation (Duldung)")
    EU = "eu", _("Passport of an EU country, or family of an EU citizen")
    GERMAN = "german", _("German passport")
    UNKNOWN = "unknown", _("I do not know, or I do not want to say")


class Letter(models.TextChoices):
    """A letter about a German course that opens a way; the values are those of `AccessRoute`."""

    NONE = "none", _("No letter")
    OBLIGED_44A = "OBLIGED_44A", _("An office says that I must take a course")
    ENTITLED_44_1 = "ENTITLED_44_1", _("The immigration office confirms my right to a course")
    ADMITTED_44_4 = "ADMITTED_44_4", _("The Federal Office (BAMF) admits me to a course")
    BSK_PERMIT = "BSK_PERMIT", _("A permit for a work language course")


class Work(models.TextChoices):
    """How a person stands to work."""

    NEITHER = "neither", _("Neither of these")
    WORKING = "working", _("I work or learn a trade")
    SEEKING = "seeking", _("I look for work")


class Programme(models.TextChoices):
    """Kinds of course that have the same rules of access, in the order to read them."""

    IK = "IK", _("Integration course")
    BSK = "BSK", _("Work language course")
    EOK = "EOK", _("First orientation course")
    VWV = "VWV", _("German course of the state and the district")
    MIA = "MIA", _("Group for women: strong in everyday life (MiA)")
    CAFE = "CAFE", _("Language café, small group, or volunteers")
    VHS = "VHS", _("Open German course, for a fee")
    DIGITAL = "DIGITAL", _("Learning online by yourself")


class Verdict(models.TextChoices):
    """What a rule says about a person; the best first."""

    ENTITLED = "entitled", _("You have a right to it")
    OPEN = "open", _("You can take part")
    MAYBE = "maybe", _("It may be possible. Ask")
    PAY = "pay", _("You can take part if you pay yourself")
    NOT_NOW = "not_now", _("Not possible at the moment")


class AskWhom(models.TextChoices):
    """Who decides, or knows who does."""

    IMMIGRATION = "immigration", _("Immigration office")
    JOBCENTER = "jobcenter", _("Jobcenter or employment agency")
    BAMF = "bamf", _("Federal Office for Migration and Refugees (BAMF)")
    SENDER = "sender", _("The office that wrote the letter")
    PROVIDER = "provider", _("The course provider")
    ADVICE = "advice", _("Course advice of the district")


class RuleNote(models.TextChoices):
    """A sentence that goes with a rule, from a fixed list, so that it exists in every language."""

    NONE = "", pgettext_lazy("note", "none")
    SUSPENDED = "suspended", _("The Federal Office admits nobody new at the moment.")
    STILL_VALID = "still_valid", _("An admission that you already have stays valid.")
    ONE_YEAR = "one_year", _("The right ends one year after you got your first permit. Do not wait.")
    AT_ONCE = "at_once", _("Register at once, and show the office that you did.")
    SCHOOL = "school", _("Not if you go to school, or if your German is good enough already.")
    PLACES = "places", _("Only where places are free.")
    NOT_KNOWN = "not_known", _("The rule for this time is not known yet.")
    APPLY_BEFORE = "apply_before", _("Ask before the course begins whether you can learn for free.")
    JOB_LEVEL = "job_level", _("Mostly from level B1 on.")
    DISTRICT = "district", _("The district decides who gets a place.")
    NO_PAPER = "no_paper", _("Nobody asks for a paper.")


FAMILIES: dict[str, tuple[str, ...]] = {
    Programme.IK: tuple(family for family in CourseFamily.values if family.startswith("IK_")),
    Programme.BSK: tuple(family for family in CourseFamily.values if family.startswith("BSK_")),
    Programme.EOK: (CourseFamily.EOK,),
    Programme.VWV: tuple(
        family for family in CourseFamily.values if family.startswith("VWV_") and family != CourseFamily.VWV_LOW
    ),
    Programme.MIA: (CourseFamily.MIA,),
    Programme.CAFE: (CourseFamily.VWV_LOW, CourseFamily.ALPHA_CAFE, CourseFamily.MED_CAFE, CourseFamily.VOLUNTEER),
    Programme.VHS: (CourseFamily.VHS_OPEN,),
    Programme.DIGITAL: (CourseFamily.DIGITAL,),
}
"""The families of courses of each programme; classes of schools are in none."""
