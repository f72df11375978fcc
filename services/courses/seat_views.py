"""Public pages of places: enrol, be on the list of interest, and the personal page behind a link. No account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.errors import DomainError
from portal.languages import complete_codes
from portal.models import District
from portal.rates import count_key, count_post
from portal.refusals import refusal_page, tell
from services.courses import interest_actions, seat_actions
from services.courses.cards import card_of
from services.courses.models import CourseInterest, CoursePage, CourseRun, Enrolment
from services.courses.pages import words_for
from services.courses.seat_forms import CodeForm, EnrolForm, InterestForm
from services.courses.seat_people import code_hash, in_groups, read_code
from services.courses.seat_presentation import place_facts
from services.courses.seat_rules import can_enrol, learner_level
from services.courses.seat_settling import would_wait
from services.courses.seat_statuses import Channel

MOST_WRONG_LINKS = 100
"""Wrong personal links one address may try in an hour. They cannot be guessed; this keeps the noise down."""
MOST_TO_ONE = 6
"""Forms with the same contact in a day."""
DAY = 86_400


class SeeOther(HttpResponseRedirect):
    """After a post: fetch another page with GET, in every browser."""

    status_code = 303


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Kept by no cache and found by no search engine; a refusal becomes a page in the reader's language."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except DomainError as refusal:
            response = tell(request, refusal)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapper


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def enrol(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The form of a run. With an address of mail the link comes by mail; without one it is shown once."""
    run = _run(request, slug, code)
    now = timezone.now()
    if not can_enrol(run, now):
        return _page(request, "enrol_closed.html", {**_course(run), "run": run})
    if request.GET.get("sent"):
        return _page(request, "enrol_sent.html", {**_course(run), "run": run})
    form, status = EnrolForm(request.POST or None, run=run), 200
    if request.method == "POST":
        count_post(request, "course-enrol")
        if form.is_valid():
            return _enrolled(run, form)
        form.again()
        status = 422
    context = {**_course(run), "run": run, "form": form, "would_wait": would_wait(run)}
    return _page(request, "enrol.html", context, status)


def _enrolled(run: CourseRun, form: EnrolForm) -> HttpResponse:
    data = form.cleaned_data
    _once_too_often(data)
    _row, code = seat_actions.enrol(
        run=run,
        person=form.person,
        channel=data["channel"],
        once=form.once_key,
        language=data["language"],
        children=data.get("children") or 0,
    )
    if data["channel"] == Channel.MAIL:
        return SeeOther(f"{_address(run)}?sent=1")
    return SeeOther(f"{reverse('course_place', args=[code])}?new=1")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def interest(request: HttpRequest) -> HttpResponse:
    """The list of interest: for whom there is no course yet, or no place (`?run=` says which one had none)."""
    district = _district(request)
    if request.GET.get("sent"):
        return _page(request, "interest_sent.html", {})
    run = _asked_run(request, district)
    first = {"level": learner_level(run), "times": [run.time_of_day]} if run else {}
    form, status = InterestForm(request.POST or None, district=district, initial=first), 200
    if request.method == "POST":
        count_post(request, "course-interest")
        if form.is_valid():
            return _registered(district, run, form)
        form.again()
        status = 422
    context = {"form": form, "run": run, **(_course(run) if run else {})}
    return _page(request, "interest.html", context, status)


def _registered(district: District, run: CourseRun | None, form: InterestForm) -> HttpResponse:
    data = form.cleaned_data
    _once_too_often(data)
    _row, code = interest_actions.register_interest(
        district=district,
        person=form.person,
        channel=data["channel"],
        once=form.once_key,
        language=data["language"],
        run=run,
        **form.wishes,
    )
    if data["channel"] == Channel.MAIL:
        return SeeOther(f"{reverse('course_interest')}?sent=1")
    return SeeOther(f"{reverse('course_place', args=[code])}?new=1")


@require_http_methods(["GET", "HEAD", "POST"])
@_private
def find_place(request: HttpRequest) -> HttpResponse:
    """Type the code of a letter."""
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        count_post(request, "course-place-find")
        if form.is_valid():
            return SeeOther(reverse("course_place", args=[form.cleaned_data["code"]]))
        status = 422
    return _page(request, "place_find.html", {"form": form}, status)


@require_http_methods(["GET", "HEAD", "POST"])
@_private
def place(request: HttpRequest, token: str) -> HttpResponse:
    """A person's own page: where they stand, and the buttons that are possible now."""
    about = _about(request, token)
    if about is None:
        return _no_such_link(request)
    if request.method == "POST":
        count_post(request, "course-place")
        count_key(f"course-place:{about.pk}", 60)
        return _do(request, about, token)
    context = place_facts(about, timezone.now())
    if request.GET.get("new"):
        context["code"] = in_groups(read_code(token) or "")
    return _page(request, "place.html", {**context, "token": token, "report_path": reverse("courses_feed")})


def _do(request: HttpRequest, about: Any, token: str) -> HttpResponse:
    deed = request.POST.get("do", "")
    here = SeeOther(reverse("course_place", args=[token]))
    if isinstance(about, CourseInterest):
        if deed == "erase":
            interest_actions.erase_interest(interest=about)
            return _page(request, "interest_erased.html", {})
        if deed == "renew":
            interest_actions.renew_interest(interest=about)
        return here
    if deed == "accept":
        seat_actions.accept_offer(enrolment=about)
    elif deed in ("withdraw", "decline"):
        seat_actions.withdraw(enrolment=about)
    elif deed == "again":
        seat_actions.wait_again(enrolment=about)
    elif deed == "interest":
        interest_actions.enrolment_to_interest(enrolment=about)
    return here


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_private
def interest_end(request: HttpRequest, token: str) -> HttpResponse:
    """Erase an interest by one link. A GET only asks, because mail programs fetch links; a mail program that ends a
    list for its reader posts here by itself (RFC 8058), so the secret in the address is all that is asked for."""
    code = read_code(token)
    row = CourseInterest.objects.of(_district(request)).filter(token_hash=code_hash(code or "")).first()
    if row is None:
        count_post(request, "course-place-unknown", MOST_WRONG_LINKS)
        return _page(request, "interest_erased.html", {})
    if request.method == "POST":
        interest_actions.erase_interest(interest=row)
        return _page(request, "interest_erased.html", {})
    return _page(request, "interest_end.html", {"token": token})


def _about(request: HttpRequest, token: str) -> Any:
    code = read_code(token)
    if code is None:
        count_post(request, "course-place-unknown", MOST_WRONG_LINKS)
        return None
    district = _district(request)
    for model in (Enrolment, CourseInterest):
        rows = model.objects.of(district).filter(token_hash=code_hash(code))
        found = rows.select_related("run__course", "run__venue__municipality", "run__district").first()
        if found is not None:
            return found
    count_post(request, "course-place-unknown", MOST_WRONG_LINKS)
    return None


def _no_such_link(request: HttpRequest) -> HttpResponse:
    sentence = _("This link does not exist or no longer works. Please call us if you think that this is wrong.")
    return refusal_page(request, 404, _("Page not found"), sentence)


def _once_too_often(data: dict[str, Any]) -> None:
    """The same contact in many forms of a day: somebody plays with another person's address."""
    contact = data["email"] if data["channel"] == Channel.MAIL else data["phone"]
    count_key(f"course-contact:{contact.casefold()}", MOST_TO_ONE * 2, DAY)


def _run(request: HttpRequest, slug: str, code: str) -> CourseRun:
    runs = CourseRun.objects.of(_district(request)).public().with_facts().select_related("district", "course__provider")
    run: CourseRun | None = runs.filter(code=code).first()
    if run is None:
        raise Http404
    pages = CoursePage.objects.filter(slug=slug, live=True, translation_key=run.course.key)
    if run.course.code != slug and not pages.exists():
        raise Http404
    return run


def _asked_run(request: HttpRequest, district: District) -> CourseRun | None:
    runs = CourseRun.objects.of(district).public().with_facts().select_related("district")
    found: CourseRun | None = runs.filter(code=request.GET.get("run", "")[:60]).first()
    return found


def _course(run: CourseRun) -> dict[str, Any]:
    return {"card": card_of(run, words_for([run.course.key]).get(run.course.key), timezone.now())}


def _address(run: CourseRun) -> str:
    return reverse("course_enrol", args=[run.course.code, run.code])


def _district(request: HttpRequest) -> District:
    try:
        return District.objects.for_request(request)
    except District.DoesNotExist as missing:
        raise Http404 from missing


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"translations": complete_codes(), "noindex": True, **context}
    return render(request, f"services/courses/seats/{name}", context, status=status)
