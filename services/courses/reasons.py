"""Why a lesson or a run does not take place, as codes with a label in every language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a lesson or run does not take place; public holidays and school holidays included."""

    TEACHER_ILL = "teacher_ill", _("the teacher is ill")
    VENUE_CLOSED = "venue_closed", _("the building is closed")
    TOO_FEW = "too_few", _("too few people registered")
    WEATHER = "weather", _("bad weather")
    FUNDING = "funding", _("there is no money for the course at the moment")
    PLAN_CHANGED = "plan_changed", _("the plan of the course changed")
    OTHER = "other", _("another reason")
    NEW_YEAR = "new_year", _("New Year's Day")
    EPIPHANY = "epiphany", _("Epiphany")
    GOOD_FRIDAY = "good_friday", _("Good Friday")
    EASTER_MONDAY = "easter_monday", _("Easter Monday")
    LABOUR_DAY = "labour_day", _("Labour Day")
    ASCENSION = "ascension", _("Ascension Day")
    WHIT_MONDAY = "whit_monday", _("Whit Monday")
    CORPUS_CHRISTI = "corpus_christi", _("Corpus Christi")
    UNITY_DAY = "unity_day", _("Day of German Unity")
    ALL_SAINTS = "all_saints", _("All Saints' Day")
    CHRISTMAS_DAY = "christmas_day", _("Christmas Day")
    BOXING_DAY = "boxing_day", _("second day of Christmas")
    WINTER_BREAK = "winter_break", _("winter holidays")
    EASTER_BREAK = "easter_break", _("Easter holidays")
    WHITSUN_BREAK = "whitsun_break", _("Whitsun holidays")
    SUMMER_BREAK = "summer_break", _("summer holidays")
    AUTUMN_BREAK = "autumn_break", _("autumn holidays")
    CHRISTMAS_BREAK = "christmas_break", _("Christmas holidays")
    COURSE_BREAK = "course_break", _("break of the course")


CANCEL_REASONS = (
    Reason.TEACHER_ILL,
    Reason.VENUE_CLOSED,
    Reason.TOO_FEW,
    Reason.WEATHER,
    Reason.FUNDING,
    Reason.PLAN_CHANGED,
    Reason.OTHER,
)
"""What staff may give as the reason of a cancellation."""
BREAKS = (
    Reason.WINTER_BREAK,
    Reason.EASTER_BREAK,
    Reason.WHITSUN_BREAK,
    Reason.SUMMER_BREAK,
    Reason.AUTUMN_BREAK,
    Reason.CHRISTMAS_BREAK,
    Reason.VENUE_CLOSED,
    Reason.COURSE_BREAK,
)
"""What a stored closure can be; public holidays are computed."""
