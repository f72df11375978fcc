"""An announcement: the fact that a run is news for some weeks, and, where somebody wrote them, words per language.

The fact alone is readable in every language: its sentence is made of the run and the catalogues. Words are a page that
takes the one safe path of translations (docs/decisions/003).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.rich_text import get_text_for_indexing

from portal.blocks import PROSE
from portal.models import District
from portal.pages import BasePage
from services.courses.querysets import FactQuerySet
from services.courses.vocabulary import SCHOOL_FAMILIES, RunStatus


class AnnouncementQuerySet(FactQuerySet):
    """Announcements."""

    def current(self, day: date) -> AnnouncementQuerySet:
        """What is news on a day: public runs that are neither cancelled nor over, latest first."""
        shown = self.filter(valid_from__lte=day, valid_until__gte=day)
        shown = shown.filter(run__is_public=True, run__course__is_public=True)
        gone = [RunStatus.CANCELLED, RunStatus.FINISHED]
        return (
            shown.exclude(run__status__in=gone)
            .exclude(run__course__family__in=SCHOOL_FAMILIES)
            .order_by("-valid_from", "-pk")
        )


class Announcement(models.Model):
    """That a run is news, from which day until which, both included. `key` joins it to its page of words, if any."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="announcements", editable=False, verbose_name=_("district")
    )
    run = models.ForeignKey(
        "services.CourseRun", on_delete=models.CASCADE, related_name="announcements", verbose_name=_("course run")
    )
    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="services_announcement_in_order",
                violation_error_message=_("The last day must not be before the first day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.valid_from}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.district_id = self.run.district_id
        super().save(*args, **kwargs)


class AnnouncementPage(BasePage):
    """The words of an announcement. Dates, places and costs stand below them as facts, in the reader's language."""

    text = RichTextField(_("text"), features=PROSE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("text")]
    parent_page_types = ["services.CourseIndexPage"]
    subpage_types: list[str] = []
    template = "services/courses/announcement_page.html"

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """Never by hand in the page tree: without its run it would have no facts."""
        return False

    @property
    def announcement(self) -> Announcement | None:
        """The fact it belongs to, the same in all languages; None when the run was deleted or is not public."""
        rows = Announcement.objects.filter(key=self.translation_key)
        return rows.filter(run__is_public=True, run__course__is_public=True).select_related("run__course").first()

    def findable_text(self) -> list[str]:
        return [*super().findable_text(), get_text_for_indexing(self.text), *self._facts()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.courses.announcements import card_for

        context = super().get_context(request, *args, **kwargs)
        context["index"] = self.get_parent()
        context["ancestors"] = [context["index"]]
        announcement = self.announcement
        if announcement is not None:
            context["card"] = card_for(announcement.run_id)
            context["course"] = announcement.run.course
        return context

    def _facts(self) -> list[str]:
        announcement = self.announcement
        if announcement is None:
            return []
        venue = announcement.run.venue
        return [str(announcement.run.course.get_family_display()), *([venue.town] if venue else [])]
