"""Announcing a run: the fact at once in every language, the words by the safe path of translations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from portal.errors import DomainError, require
from portal.languages import SOURCE, complete_codes
from portal.models import District
from portal.pages import locale_id_of, path_in
from portal.translations import keep_draft
from services.courses import times
from services.courses.cards import RunCard, card_of, line_of, title_of, url_of
from services.courses.models import (
    Announcement,
    AnnouncementPage,
    Course,
    CourseIndexPage,
    CoursePage,
    CourseRun,
)
from services.courses.pages import Words, words_for
from services.courses.permissions import can_manage_courses

NEWS_DAYS = 56
"""How long an announcement is news when the course says no earlier day."""
SHOWN = 3
"""Announcements on the course finder."""


@dataclass(frozen=True)
class News:
    """One announcement in the reader's language: its own headline, or a sentence made of facts."""

    headline: SafeString | str
    url: str
    when: SafeString
    place: str


@transaction.atomic
def announce_run(
    *, run: CourseRun, user: Any, headline: str = "", text: str = "", at: datetime | None = None
) -> Announcement:
    """Make a run news until it starts, at most eight weeks. Words are German and plain text; paragraphs by blank lines.

    With a headline there is a page of words, live in German; translators find it in their list for every language that
    is complete within a minute (`ask_translators`). Without one the facts speak for themselves in every language.
    Raises `DomainError`.
    """
    require(can_manage_courses(user))
    today = timezone.localdate(at)
    if text.strip() and not headline.strip():
        raise DomainError(_("Please write a headline for the announcement, too."))
    announcement = Announcement.objects.create(run=run, valid_from=today, valid_until=_until(run, today))
    if headline.strip():
        _page(announcement, headline.strip(), text, user)
    log(run, "courses.run.announced", user=user)
    return announcement


@transaction.atomic
def end_announcement(*, announcement: Announcement, user: Any) -> None:
    """It is news no longer: its pages go off in all languages; drafts of translators stay."""
    require(can_manage_courses(user))
    run = announcement.run
    for page in AnnouncementPage.objects.filter(translation_key=announcement.key, live=True):
        UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)
    announcement.delete()
    log(run, "courses.run.unannounced", user=user)


def ask_translators() -> int:
    """Put new announcements on the list of each complete language; return how many. A job of the worker, safe to kill.

    It takes seconds, for which nobody who publishes should wait. Nobody outside sees a page before it is complete.
    """
    asked = TranslationSource.objects.filter(translations__isnull=False).values("object_id")
    pages = AnnouncementPage.objects.filter(locale_id=locale_id_of(SOURCE), live=True, alias_of=None)
    fresh = list(pages.exclude(translation_key__in=asked)[:10])
    for page in fresh:
        _ask(page)
    return len(fresh)


def announcements_for(request: HttpRequest, at: datetime | None = None) -> list[News]:
    """The latest announcements for the head of the course finder. Three queries, or one where there are none."""
    district = District.objects.for_request(request)
    rows = Announcement.objects.of(district).current(timezone.localdate(at))
    found = list(rows.select_related("run__course", "run__venue")[:SHOWN])
    if not found:
        return []
    titles = words_for({row.run.course.key for row in found})
    own = _own_words(found)
    return [_news(row, titles.get(row.run.course.key), own) for row in found]


def card_for(run_id: int, at: datetime | None = None) -> RunCard:
    """The facts of an announced run in the reader's language, with its lessons."""
    now = at or timezone.now()
    run = CourseRun.objects.with_facts().prefetch_related("notes").get(pk=run_id)
    words = words_for([run.course.key]).get(run.course.key)
    card = card_of(run, words, now)
    card.lessons = [line_of(lesson, words) for lesson in run.lessons.upcoming(now).with_facts()]
    return card


def pages_about(course: Course) -> list[Any]:
    """Every live page whose search terms hold facts of this course."""
    keys = Announcement.objects.filter(run__course=course).values("key")
    return [
        *CoursePage.objects.filter(translation_key=course.key, live=True),
        *AnnouncementPage.objects.filter(translation_key__in=keys, live=True),
    ]


def _until(run: CourseRun, today: date) -> date:
    last = today + timedelta(days=NEWS_DAYS)
    wanted = run.register_until or run.starts_on
    return max(min(wanted, last), today) if wanted else last


def _page(announcement: Announcement, headline: str, text: str, user: Any) -> None:
    root = announcement.district.site.root_page
    parent = CourseIndexPage.objects.descendant_of(root).filter(locale_id=locale_id_of(SOURCE), live=True).first()
    if parent is None:
        raise DomainError(_("There is no course finder to announce in. Please publish it first."))
    page = AnnouncementPage(
        title=headline[:255],
        slug=f"news-{announcement.run.code}-{announcement.pk}",
        text=_paragraphs(text),
        teaser=_first_sentence(text),
        translation_key=announcement.key,
        locale_id=locale_id_of(SOURCE),
        expire_at=timezone.make_aware(
            datetime.combine(announcement.valid_until + timedelta(days=1), datetime.min.time())
        ),
    )
    parent.add_child(instance=page)
    # Course staff own the facts and this one kind of page; they have no right to pages in general.
    page.save_revision(user=user).publish(user=user, skip_permission_checks=True)


@transaction.atomic
def _ask(page: AnnouncementPage) -> None:
    source, _created = TranslationSource.update_or_create_from_instance(page)
    for code in complete_codes():
        if code != SOURCE:
            locale = Locale.objects.get(language_code=code)
            keep_draft(Translation.objects.get_or_create(source=source, target_locale=locale)[0])


def _paragraphs(text: str) -> str:
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    return "".join(f"<p>{'<br/>'.join(escape(line) for line in block.split(chr(10)))}</p>" for block in blocks if block)


def _first_sentence(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= 240 else f"{line[:236].rsplit(' ', 1)[0]} …"


def _own_words(rows: list[Announcement]) -> dict[Any, Any]:
    pages = AnnouncementPage.objects.filter(
        translation_key__in=[row.key for row in rows], locale_id=locale_id_of(get_language() or SOURCE), live=True
    )
    return {page.translation_key: page for page in pages.filter(alias_of=None)}


def _news(row: Announcement, words: Words | None, pages: dict[Any, Any]) -> News:
    page, run = pages.get(row.key), row.run
    own = words if words and words.language.code == get_language() else None
    made = format_html(_("New course: {title}"), title=format_html("<bdi>{}</bdi>", title_of(run.course, own)))
    return News(
        headline=page.title if page else made,
        url=path_in(page, get_language() or SOURCE) if page else f"{url_of(run.course, words)}#{run.code}",
        when=times.days(run.starts_on, run.ends_on),
        place=run.venue.town if run.venue else "",
    )
