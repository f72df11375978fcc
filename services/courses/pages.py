"""The words about courses, one page per language. Facts come from `Course` by the page's `translation_key`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageViewRestriction
from wagtail.rich_text import get_text_for_indexing
from wagtail.url_routing import RouteResult

from portal.blocks import PROSE
from portal.languages import LANGUAGES, SOURCE, Language, complete_codes, fallback_chain, language
from portal.pages import BasePage, code_of, content_frame, locale_id_of
from portal.sites import site_of

FINDER_SLUG = "courses"
"""Where the course finder is in all languages; feeds and files are below it (urls.py)."""


@dataclass(frozen=True)
class Words:
    """Title and teaser of a course in the best language for a reader, and where its page is."""

    title: str
    teaser: str
    url_path: str
    language: Language


class CourseIndexPage(BasePage):
    """The course finder. Its own words are an introduction; the list below them is made of facts."""

    intro = RichTextField(_("introduction"), features=PROSE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["services.CoursePage", "services.AnnouncementPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("course finder")
        verbose_name_plural = _("course finders")

    def findable_text(self) -> list[str]:
        return [*super().findable_text(), get_text_for_indexing(self.intro)]

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer for a course that staff published without a page of words, too: facts need no translator."""
        try:
            return super().route(request, path_components)
        except Http404:
            course = _without_words(request, path_components) if self.live else None
            if course is None:
                raise
            return RouteResult(self, kwargs={"course": course})

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        if kwargs.get("course"):
            return "services/courses/course_page.html"
        if request.GET.get("view") == "month":
            return "services/courses/course_month.html"
        return "services/courses/course_index_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.courses import presentation
        from services.courses.announcements import announcements_for
        from services.courses.month import month_of

        course = kwargs.pop("course", None)
        context = super().get_context(request, *args, **kwargs)
        if course:
            # No words, so nothing is in another language than the reader's.
            context.update(content_frame(language(get_language())), translations=complete_codes(), index=self)
            context.update(presentation.course_facts(course, None, request))
        elif request.GET.get("view") == "month":
            context.update(month_of(request), ancestors=[self])
        else:
            context.update(presentation.list_of(request))
            context["announcements"] = [] if request.GET else announcements_for(request)
        return context


class CoursePage(BasePage):
    """What a course is about, in words. Dates, places and costs are facts and stand beside them."""

    intro = RichTextField(_("introduction"), features=PROSE, blank=True)
    goals = RichTextField(_("what you learn"), features=PROSE, blank=True)
    join = RichTextField(_("how to join"), features=PROSE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro"), FieldPanel("goals"), FieldPanel("join")]
    parent_page_types = ["services.CourseIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    @property
    def course(self) -> Any:
        """The facts, the same in all languages; None before staff have entered them."""
        from services.courses.models import Course

        facts = Course.objects.public().select_related("provider__contact_point")
        return facts.filter(key=self.translation_key).first()

    def findable_text(self) -> list[str]:
        course = self.course
        facts = [course.get_family_display(), course.provider.name, *course.runs.towns()] if course else []
        texts = [get_text_for_indexing(text) for text in (self.intro, self.goals, self.join)]
        return [*super().findable_text(), *texts, *facts]

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return "services/courses/course_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.courses import presentation

        context = super().get_context(request, *args, **kwargs)
        context["index"] = self.get_parent()
        context["ancestors"] = [context["index"]]
        context.update(presentation.course_facts(self.course, self, request))
        return context


def finder_page(request: HttpRequest) -> CourseIndexPage | None:
    """The course finder of this site in the best language for the reader, in one query with its siblings.

    None where Wagtail must decide: no such page under the usual address, or some page is not for everybody.
    """
    site = site_of(request)
    if site is None:
        return None
    root = site.root_page
    rows = list(CourseIndexPage.objects.filter(slug=FINDER_SLUG, live=True, alias_of=None))
    source = next((page for page in rows if page.path.startswith(root.path)), None)
    if source is None or source.depth != root.depth + 1 or PageViewRestriction.objects.exists():
        return None
    siblings = {page.locale_id: page for page in rows if page.translation_key == source.translation_key}
    chain = (siblings.get(locale_id_of(tag)) for tag in fallback_chain(get_language()))
    found = next((page for page in chain if page is not None), source)
    found.known_translations = [entry.code for entry in LANGUAGES if locale_id_of(entry.code) in siblings]
    return found


def words_for(keys: Iterable[UUID], code: str | None = None) -> dict[UUID, Words]:
    """For each key that has a live page: its words in the best language for the reader. One query."""
    chain = [locale_id_of(tag) for tag in fallback_chain(code or get_language())]
    rows = CoursePage.objects.filter(
        translation_key__in=list(keys), locale_id__in=chain, live=True, alias_of=None
    ).values_list("translation_key", "locale_id", "title", "teaser", "url_path")
    found: dict[UUID, Words] = {}
    for key, locale_id, title, teaser, url_path in sorted(rows, key=lambda row: -chain.index(row[1])):
        found[key] = Words(title, teaser, url_path, language(code_of(locale_id)))
    return found


def _without_words(request: HttpRequest, path_components: list[str]) -> Any:
    from portal.models import District
    from services.courses.models import Course

    if len(path_components) != 1:
        return None
    courses = Course.objects.of(District.objects.for_request(request)).public()
    course = courses.select_related("provider__contact_point").filter(code=path_components[0]).first()
    if course is None or words_for([course.key], get_language() or SOURCE):
        return None
    return course
