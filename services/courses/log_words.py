"""What the history of a course run says about the verbs of this subject."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def _log_actions(registry: Any) -> None:
    for action, label in (
        ("courses.lessons.generated", _("Make lessons")),
        ("courses.lesson.cancelled", _("Cancel lesson")),
        ("courses.lesson.restored", _("Restore lesson")),
        ("courses.lesson.moved", _("Move lesson")),
        ("courses.places.set", _("Set places")),
        ("courses.note.set", _("Set note")),
        ("courses.run.cancelled", _("Cancel course")),
        ("courses.run.imported", _("Import course")),
        ("courses.imported", _("Import courses")),
    ):
        registry.register_action(action, label, label)
