"""Mails about places, in the person's language: what happened, until when to answer, and the personal link.

Written down in the transaction that caused them (`CourseMail`), worded here by the worker, which may open envelopes.
A mail names the course, because somebody may wait for several, but not on the locked screen: no subject does. It never
names the person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.languages import SOURCE
from portal.outbox import queue_mail
from portal.sealing import Unreadable
from portal.templatetags.portal_tags import long_date
from services.courses.cards import title_of
from services.courses.models import CourseMail, CourseRun
from services.courses.pages import words_for
from services.courses.seat_people import Desk, Person
from services.courses.seat_settling import place_of
from services.courses.seat_statuses import CourseMailKind, EnrolmentState

LONGEST_SUBJECT = 190
BATCH = 50
START, END = "\u2068", "\u2069"
"""First strong isolate and its end: a German title keeps its direction inside any text (UAX 9)."""

Words = tuple[str, list[str]]


def write_course_mails(limit: int = BATCH) -> int:
    """Hand the mails that are due to the outbox; return how many. A job of the worker, safe to repeat and kill."""
    pks = list(CourseMail.objects.due().values_list("pk", flat=True)[:limit])
    if not pks:
        return 0
    desk = Desk()
    return sum(_write(pk, desk) for pk in pks)


@transaction.atomic
def _write(pk: int, desk: Desk) -> int:
    rows = CourseMail.objects.due().select_for_update(of=("self",)).filter(pk=pk)
    mail = rows.select_related(
        "enrolment__run__course", "enrolment__district__site", "interest__run__course", "interest__district__site"
    ).first()
    if mail is None:
        return 0
    about: Any = mail.enrolment or mail.interest
    mail.queued_at = timezone.now()
    mail.save(update_fields=["queued_at"])
    try:
        person = desk.open(about)
    except Unreadable:  # the address is lost; staff see this row as one that does not open
        return 0
    if not person.email:
        return 0
    with translation.override(about.language):
        subject, lines = _KINDS[CourseMailKind(mail.kind)](about)
        lines += [link_of(about, person), _("Whoever has this link can answer for you. Please do not pass it on.")]
    queue_mail(
        key=f"course:{about.pk}:{mail.kind}:{mail.number}",
        recipient=person.email,
        language=about.language,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body="\n\n".join(lines) + "\n",
        hidden=True,
    )
    return 1


def link_of(about: Any, person: Person, language: str = "") -> str:
    """The whole address of a person's page, in their language."""
    with translation.override(language or about.language):
        path = reverse("course_place", args=[person.code])
    return f"{about.district.site.root_url}{path}"


def title_in(run: CourseRun, language: str) -> str:
    """The title of the course in a language, as well as there is one."""
    with translation.override(language):
        return title_of(run.course, words_for([run.course.key], language).get(run.course.key))


def _course(run: CourseRun) -> str:
    return f"{START}{title_in(run, translation.get_language() or SOURCE)}{END}"


def _moment(value: Any) -> str:
    local = timezone.localtime(value)
    return _("{day}, at {time}").format(
        day=f"{START}{long_date(local)}{END}", time=f"{START}{local.strftime('%H:%M')}{END}"
    )


def _where(row: Any) -> Iterator[str]:
    """Where an enrolment stands, in a sentence or two."""
    if row.state == EnrolmentState.CONFIRMED:
        yield _("You have a place.")
    elif row.state == EnrolmentState.ASKED:
        yield _("A place is kept for you. We look at your enrolment and write to you.")
    elif row.state == EnrolmentState.WAITING:
        yield _("All places are taken. You are number {number} on the waiting list.").format(number=place_of(row))
        yield _("As soon as a place is free for you, we write to you.")
    elif row.state == EnrolmentState.OFFERED:
        yield _offer_line(row)


def _offer_line(row: Any) -> str:
    if row.offer_expires_at is None or row.state != EnrolmentState.OFFERED:
        return _("Please look at your page to see where you stand.")
    return _("A place is free for you. Please answer until {moment}. After that the next person gets it.").format(
        moment=_moment(row.offer_expires_at)
    )


def _received(row: Any) -> Words:
    title = _course(row.run)
    lines = [_("Your enrolment has arrived: {course}").format(course=title), *_where(row)]
    if row.run.starts_on:
        lines.append(_("First day: {day}").format(day=f"{START}{long_date(row.run.starts_on)}{END}"))
    lines.append(_("On your page you see where you stand. There you can also withdraw:"))
    return _("Your enrolment in a German course"), lines


def _again(row: Any) -> Words:
    title = _course(row.run)
    lines = [
        _("Somebody sent an enrolment with this address once more: {course}").format(course=title),
        _("You are enrolled already. Nothing has changed."),
        _("On your page you see where you stand. There you can also withdraw:"),
    ]
    return _("Your enrolment in a German course"), lines


def _simple(subject: str, *sentences: str) -> Callable[[Any], Words]:
    def words(row: Any) -> Words:
        title = _course(row.run)
        return _(subject), [_(sentence).format(course=title) for sentence in sentences]

    return words


def _offered(row: Any) -> Words:
    title = _course(row.run)
    lines = [_("You waited for this course: {course}").format(course=title), _offer_line(row), _("Answer here:")]
    return _("A place is free for you"), lines


def _cancelled(row: Any) -> Words:
    title = _course(row.run)
    lines = [_("This course does not take place: {course}").format(course=title)]
    if row.run.cancel_reason:
        lines.append(_("Reason: {reason}").format(reason=row.run.get_cancel_reason_display()))
    lines.append(_("Do you want to hear of another course? On your page, one button is enough:"))
    return _("The course does not take place"), lines


def _test(row: Any) -> Words:
    title = _course(row.run)
    lines = [
        _("Before the course there is a short test. It shows which course fits you: {course}").format(course=title)
    ]
    if row.test_at:
        lines.append(_("Your test is on {moment}.").format(moment=_moment(row.test_at)))
    lines.append(_("On your page you see where you stand. There you can also withdraw:"))
    return _("Date of your test"), lines


def _listed(row: Any) -> Words:
    return _("You are on the list for a German course"), [
        _("We tell you when a course fits you. We keep your wish until {day}.").format(
            day=f"{START}{long_date(row.expires_at)}{END}"
        ),
        _("You can change your mind at any time. Then we erase everything you wrote. Here is your page:"),
    ]


def _renew(row: Any) -> Words:
    return _("Do you still look for a German course?"), [
        _("You are on our list. On {day} we erase everything you wrote.").format(
            day=f"{START}{long_date(row.expires_at)}{END}"
        ),
        _("Do you still look for a course? Then open your page and press the button:"),
    ]


_KINDS: dict[CourseMailKind, Callable[[Any], Words]] = {
    CourseMailKind.RECEIVED: _received,
    CourseMailKind.AGAIN: _again,
    CourseMailKind.CONFIRMED: _simple(
        gettext_noop("You have a place"),
        gettext_noop("Your place is certain: {course}"),
        gettext_noop("You cannot come? Please tell us on your page. Then somebody else gets the place:"),
    ),
    CourseMailKind.OFFERED: _offered,
    CourseMailKind.EXPIRED: _simple(
        gettext_noop("The offer has ended"),
        gettext_noop("We got no answer in time. The place went to the next person: {course}"),
        gettext_noop("Do you still want a place? On your page, one button is enough:"),
    ),
    CourseMailKind.REFUSED: _simple(
        gettext_noop("No place in this course"),
        gettext_noop("We cannot give you a place in this course: {course}"),
        gettext_noop("Perhaps another course fits you better. Please call us. Your page:"),
    ),
    CourseMailKind.WITHDRAWN: _simple(
        gettext_noop("You have withdrawn"),
        gettext_noop("You are no longer enrolled in this course: {course}"),
        gettext_noop("After 30 days we erase everything you wrote. Your page until then:"),
    ),
    CourseMailKind.CANCELLED: _cancelled,
    CourseMailKind.TEST: _test,
    CourseMailKind.LISTED: _listed,
    CourseMailKind.RENEW: _renew,
}
