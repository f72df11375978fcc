"""Values of runs and lessons as text, to be compared and remembered, and as words, to be shown."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from portal.templatetags.portal_tags import short_date
from services.courses import times
from services.courses.models import CourseRun, Lesson

WHEN = "when"
"""Day, beginning and end of a lesson are one field: half a move from the file would be a lesson nobody meant."""
DELETED = "deleted"
"""Stands for a row that was deleted here by hand."""
YES, NO = "yes", "no"


def as_text(value: Any) -> str:
    """A value for comparison: nothing is "", yes and no are words, days and times ISO 8601, places their code."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "code", value))


def when_text(day: date, starts: time, ends: time) -> str:
    """Day, beginning and end of a lesson."""
    return f"{as_text(day)} {as_text(starts)} {as_text(ends)}"


def parse_when(text: str) -> tuple[date, time, time]:
    """The other way round."""
    day, starts, ends = text.split()
    return date.fromisoformat(day), time.fromisoformat(starts), time.fromisoformat(ends)


def label_of(name: str) -> str:
    """The name of a field in the reader's language."""
    own = {WHEN: _("Time"), "takes_place": _("Takes place"), DELETED: _("Deleted here"), "reason": _("Reason")}
    if name in own:
        return own[name]
    model = CourseRun if name in {field.name for field in CourseRun._meta.get_fields()} else Lesson
    label = str(getattr(model._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def shown(name: str, text: str) -> str:
    """A value in words."""
    if name == DELETED:
        return _("make it again") if text else _("leave it deleted")
    if not text:
        return _("nothing")
    if text in (YES, NO):
        return _("Yes") if text == YES else _("No")
    if name == WHEN:
        day, starts, ends = parse_when(text)
        return f"{short_date(day)}, {times.hours(starts, ends)}"
    field: Any = CourseRun._meta.get_field(name) if name != "takes_place" else None
    choices = dict(getattr(field, "flatchoices", ()) or ())
    if text in choices:
        return str(choices[text])
    try:
        return str(short_date(date.fromisoformat(text)))
    except ValueError:
        return text
