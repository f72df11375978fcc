"""The words of course facts as codes with a label in every language (handbook: domain §3.1 to §3.6).

Staff choose codes; readers see the label of the catalogue in their language, the moment a course is published.
Codes that the law no longer names stay, because running courses still carry them (`LEGACY_FAMILIES`).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CourseFamily(models.TextChoices):
    """Which kind of course by law or programme; §§ 10 to 14 IntV, §§ 12 and 13 DeuFöV, VwV Deutsch."""

    IK_GENERAL = "IK_GENERAL", _("Integration course")
    IK_ALPHA = "IK_ALPHA", _("Integration course with reading and writing")
    IK_SECOND_SCRIPT = "IK_SECOND_SCRIPT", _("Integration course for people who write in another script")
    IK_SUPPORT = "IK_SUPPORT", _("Integration course with extra support")
    IK_INTENSIVE = "IK_INTENSIVE", _("Intensive integration course")
    IK_WOMEN = "IK_WOMEN", _("Integration course for women")
    IK_PARENTS = "IK_PARENTS", _("Integration course for parents")
    IK_YOUTH = "IK_YOUTH", _("Integration course for young adults")
    IK_REPEAT = "IK_REPEAT", _("Repetition of the integration course")
    IK_ORIENT = "IK_ORIENT", _("Orientation course: life in Germany")
    BSK_B2 = "BSK_B2", _("German for work, up to B2")
    BSK_C1 = "BSK_C1", _("German for work, up to C1")
    BSK_C2 = "BSK_C2", _("German for work, up to C2")
    BSK_SPECIAL_A2 = "BSK_SPECIAL_A2", _("Special course for work, up to A2")
    BSK_SPECIAL_B1 = "BSK_SPECIAL_B1", _("Special course for work, up to B1")
    BSK_SPECIAL_PROF = "BSK_SPECIAL_PROF", _("German for the recognition of your profession")
    BSK_SPECIAL_TRADE = "BSK_SPECIAL_TRADE", _("German for one trade, for example shops or technology")
    BSK_JOB = "BSK_JOB", _("German beside your job")
    EOK = "EOK", _("First orientation course")
    VWV_ALPHA = "VWV_ALPHA", _("State course: reading and writing")
    VWV_BASIC = "VWV_BASIC", _("State course: basics")
    VWV_ADV = "VWV_ADV", _("State course: advanced")
    VWV_PARENTS = "VWV_PARENTS", _("State course for parents")
    VWV_WOMEN = "VWV_WOMEN", _("State course for women")
    VWV_WORK = "VWV_WORK", _("State course beside your job")
    VWV_APPRENTICE = "VWV_APPRENTICE", _("State course for vocational training")
    VWV_EQ = "VWV_EQ", _("State course for an entry qualification")
    VWV_LOW = "VWV_LOW", _("Language café or meeting group")
    MIA = "MIA", _("Group for women: strong in everyday life (MiA)")
    ALPHA_CAFE = "ALPHA_CAFE", _("Alpha café: reading and writing in a small group")
    MED_CAFE = "MED_CAFE", _("Med café for doctors")
    VHS_OPEN = "VHS_OPEN", _("Open German course, for a fee")
    VOLUNTEER = "VOLUNTEER", _("Course or partner by volunteers")
    DIGITAL = "DIGITAL", _("Learning online by yourself")
    SCHOOL_VKL = "SCHOOL_VKL", _("Preparation class at school")
    SCHOOL_VABO = "SCHOOL_VABO", _("Preparation class at vocational school")


LEGACY_FAMILIES = frozenset({CourseFamily.IK_WOMEN, CourseFamily.IK_PARENTS, CourseFamily.IK_YOUTH})
"""Not named in § 13 IntV since 7 December 2024, still possible and still running."""
SCHOOL_FAMILIES = frozenset({CourseFamily.SCHOOL_VKL, CourseFamily.SCHOOL_VABO})
"""For pupils; schools register them, so the course finder does not list them."""


class Level(models.TextChoices):
    """Level of German (CEFR) with the steps before and between; in rising order."""

    A0 = "A0", _("Beginners")
    ALPHA_1 = "alpha-1", "Alpha 1"
    ALPHA_2 = "alpha-2", "Alpha 2"
    ALPHA_3 = "alpha-3", "Alpha 3"
    A1_1 = "A1.1", "A1.1"
    A1_2 = "A1.2", "A1.2"
    A2_1 = "A2.1", "A2.1"
    A2_2 = "A2.2", "A2.2"
    B1_1 = "B1.1", "B1.1"
    B1_2 = "B1.2", "B1.2"
    B2_1 = "B2.1", "B2.1"
    B2_2 = "B2.2", "B2.2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"


class LearnerLevel(models.TextChoices):
    """What a learner says about their German, with the level on papers (handbook: domain §3.2)."""

    ZERO = "A0", _("I know no German")
    WORDS = "A1", _("I know a few words (A1)")
    SHOP = "A2", _("I can talk in the shop (A2)")
    DOCTOR = "B1", _("I can talk at the doctor (B1)")
    LETTER = "B2", _("I can write a letter (B2)")
    FLUENT = "C1", _("I speak almost everything (C1)")
    EXPERT = "C2", _("I speak like at home (C2)")


LEARNER_BANDS: dict[str, tuple[Level, ...]] = {
    LearnerLevel.ZERO: (Level.A0, Level.ALPHA_1, Level.ALPHA_2, Level.ALPHA_3, Level.A1_1),
    LearnerLevel.WORDS: (Level.A1_1, Level.A1_2),
    LearnerLevel.SHOP: (Level.A2_1, Level.A2_2),
    LearnerLevel.DOCTOR: (Level.B1_1, Level.B1_2),
    LearnerLevel.LETTER: (Level.B2_1, Level.B2_2),
    LearnerLevel.FLUENT: (Level.C1,),
    LearnerLevel.EXPERT: (Level.C2,),
}
"""The levels of lessons that fit what a learner says; a course fits when it teaches at one of them."""


class Literacy(models.TextChoices):
    """Which writing a course expects; each also takes the people of the rows below it."""

    NONE = "none", _("You learn to read and write from the start")
    OTHER_SCRIPT = "other", _("You can write in another script")
    LATIN = "latin", _("You can read and write Latin letters")


class LiteracyWish(models.TextChoices):
    """What a learner says about reading and writing; the values are those of `Literacy`."""

    NONE = "none", _("I cannot read and write yet")
    OTHER_SCRIPT = "other", _("I write in another script")


class StartWish(models.TextChoices):
    """When a learner wants to begin."""

    NOW = "now", _("I can join now")
    MONTH = "month", _("In the next 4 weeks")
    QUARTER = "quarter", _("In the next 3 months")
    LATER = "later", _("Later, or not fixed yet")


START_WITHIN_DAYS = {StartWish.MONTH: 28, StartWish.QUARTER: 92}
"""Days from today within which a run begins, by wish."""


class Audience(models.TextChoices):
    """For whom a course is made. None chosen means everybody."""

    WOMEN = "women", _("Women")
    PARENTS = "parents", _("Parents")
    YOUTH = "youth", _("Young people")
    WORKERS = "workers", _("People who work")
    PROFESSION = "profession", _("People with a certain profession")
    ASYLUM = "asylum", _("People in the asylum procedure")


class AccessRoute(models.TextChoices):
    """On which ground a person may take part (handbook: domain §3.3)."""

    ENTITLED_44_1 = "ENTITLED_44_1", _("You have a right to the course (letter of the immigration office)")
    OBLIGED_44A = "OBLIGED_44A", _("An office obliged you to take the course")
    ADMITTED_44_4 = "ADMITTED_44_4", _("You have an admission of the Federal Office (BAMF)")
    SELF_PAYER = "SELF_PAYER", _("You pay for the course yourself")
    BSK_PERMIT = "BSK_PERMIT", _("You have a permit for a work language course")
    OPEN = "OPEN", _("Nobody asks for a permit")


class Funding(models.TextChoices):
    """Who pays for the course."""

    BAMF_IK = "BAMF_IK", _("Federal Office: integration courses")
    BAMF_BSK = "BAMF_BSK", _("Federal Office: courses for work")
    BAMF_EOK = "BAMF_EOK", _("Federal Office: first orientation")
    VWV_DEUTSCH = "VWV_DEUTSCH", _("State of Baden-Württemberg and district (VwV Deutsch)")
    MIA = "MIA", _("Federal Office: groups for women")
    LANDKREIS = "LANDKREIS", _("District")
    GEMEINDE = "GEMEINDE", _("Municipality")
    SPENDEN = "SPENDEN", _("Donations")
    SELBSTZAHLER = "SELBSTZAHLER", _("Fees of the learners")


class Certificate(models.TextChoices):
    """The test or paper at the end. Names on German papers stay German."""

    DTZ = "DTZ", "Deutsch-Test für Zuwanderer (DTZ)"
    LID = "LiD", "Leben in Deutschland (LiD)"
    TELC = "telc", "telc"
    GOETHE = "goethe", "Goethe-Zertifikat"
    OTHER = "other", _("Another examination")
    ATTENDANCE = "attendance", _("Certificate of attendance")


class Mode(models.TextChoices):
    """Where the lessons are."""

    ONSITE = "onsite", _("In a room")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In a room and online")


class TimeOfDay(models.TextChoices):
    """When on a day the lessons are."""

    MORNING = "morning", _("In the morning")
    AFTERNOON = "afternoon", _("In the afternoon")
    EVENING = "evening", _("In the evening")
    WEEKEND = "weekend", _("At the weekend")


class RunStatus(models.TextChoices):
    """Where a run stands."""

    PLANNED = "planned", _("Planned")
    NEEDS_REGISTRATIONS = "needs_registrations", _("Starts when enough people register")
    CONFIRMED = "confirmed", _("Will take place")
    RUNNING = "running", _("Is running")
    FINISHED = "finished", _("Has ended")
    CANCELLED = "cancelled", pgettext_lazy("course", "Cancelled")
    POSTPONED = "postponed", _("Starts later than planned")


class PlacesState(models.TextChoices):
    """Whether there is room, as a traffic light."""

    FREE = "free", _("Free places")
    FEW = "few", _("Few places left")
    WAITLIST = "waitlist", _("Waiting list")
    FULL = "full", _("Full")
    ASK = "ask", _("Please ask")


BOOKABLE = (PlacesState.FREE, PlacesState.FEW)
"""States in which a person can get a place."""


class Entry(models.TextChoices):
    """When a person may join a run."""

    START = "start", _("Only at the start")
    MODULE = "module", _("At the start of each part")
    ROLLING = "rolling", _("At any time")


class Childcare(models.TextChoices):
    """Whether children are looked after during the lessons."""

    NONE = "none", _("No childcare")
    ONSITE = "onsite", _("Childcare in the same house")
    NEARBY = "nearby", _("Childcare nearby")
    ON_REQUEST = "on_request", _("Childcare possible: please ask")


class PlacementTest(models.TextChoices):
    """Whether a test decides where a person begins."""

    NONE = "none", _("No test before the course")
    PROVIDER = "provider", _("A short test at the provider")
    OFFICIAL = "official", _("Placement test at a test centre")


class LessonStatus(models.TextChoices):
    """What became of one lesson."""

    PLANNED = "planned", _("Takes place")
    CANCELLED = "cancelled", pgettext_lazy("lesson", "Cancelled")
    MOVED = "moved", _("Moved")
    SKIPPED = "skipped", _("No lesson")


ACCESS_LABELS = {
    "step_free": _("reachable without steps"),
    "lift": _("lift"),
    "accessible_toilet": _("toilet for wheelchair users"),
    "induction_loop": _("induction loop for hearing aids"),
    "pram_space": _("space for prams"),
}
"""What is asked of every venue for people with disabilities and families: field → label."""


def levels_upto(level: str) -> list[str]:
    """This level and all below it."""
    values = Level.values
    return values[: values.index(level) + 1]


def levels_from(level: str) -> list[str]:
    """This level and all above it."""
    values = Level.values
    return values[values.index(level) :]
