"""Pages of staff about the people of a run: who has a place, who waits, enrol on behalf, the letter, the export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from portal.errors import DomainError
from portal.languages import language
from portal.models import District
from portal.printing import can_print
from portal.step_up import ask_to_prove, has_just_proved, prove_address
from portal.tables import as_file
from services.courses import certificates, seat_actions, seat_staff_actions, times
from services.courses.attendance import attended
from services.courses.enrolment_export import KEYS, export_people
from services.courses.enrolment_forms import BehalfForm, CapacityForm, PeopleExportForm, TestForm
from services.courses.models import CourseRun, Enrolment
from services.courses.seat_people import in_groups, opened
from services.courses.seat_permissions import can_see_people
from services.courses.seat_settling import children_in, place_of
from services.courses.seat_statuses import EnrolmentState

GROUPS: tuple[tuple[Any, tuple[EnrolmentState, ...]], ...] = (
    ("places", (EnrolmentState.CONFIRMED, EnrolmentState.ASKED)),
    ("offers", (EnrolmentState.OFFERED,)),
    ("waiting", (EnrolmentState.WAITING,)),
    ("repeated", (EnrolmentState.REPEATED,)),
    (
        "gone",
        (EnrolmentState.WITHDRAWN, EnrolmentState.EXPIRED, EnrolmentState.REFUSED, EnrolmentState.CANCELLED),
    ),
)


def the_run(request: HttpRequest, pk: int) -> CourseRun:
    """The run of this district. Raises `PermissionDenied` for who may not know its people, `Http404`."""
    if not can_see_people(request.user):
        raise PermissionDenied
    runs = CourseRun.objects.of(District.objects.for_request(request)).select_related("course__provider", "district")
    return get_object_or_404(runs, pk=pk)


def the_person(request: HttpRequest, pk: Any) -> Enrolment:
    """An enrolment of this district. Raises as `the_run`."""
    if not can_see_people(request.user):
        raise PermissionDenied
    rows = Enrolment.objects.of(District.objects.for_request(request))
    return get_object_or_404(rows.select_related("run__course__provider", "run__district__site"), pk=pk)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def course_seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of a run in groups; POST does the one thing named in `do` to the person named in `who`."""
    run = the_run(request, pk)
    if request.method != "POST":
        return _list(request, run)
    try:
        done = _do(request, run)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return _list(request, run, 422)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _list(request, run, refusal.status)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, done)
    return redirect("course_seats", run.pk)


def _do(request: HttpRequest, run: CourseRun) -> Any:
    deed, user = request.POST.get("do", ""), request.user
    if deed == "capacity":
        form = CapacityForm(request.POST)
        if not form.is_valid():
            raise ValidationError([text for errors in form.errors.values() for text in errors])
        seat_staff_actions.set_capacity(run=run, capacity=form.cleaned_data["capacity"], user=user)
        return _("The number of places is changed. Who waited has been offered a place.")
    row = _who(request, run)
    simple: dict[str, tuple[Callable[..., Any], str]] = {
        "confirm": (seat_staff_actions.confirm, _("The place is confirmed.")),
        "refuse": (seat_staff_actions.refuse, _("The person is not accepted. The next one is offered the place.")),
        "accept": (seat_actions.accept_offer, _("The place is confirmed.")),
        "withdraw": (seat_actions.withdraw, _("The person is withdrawn. The next one is offered the place.")),
    }
    if deed in simple:
        verb, sentence = simple[deed]
        verb(enrolment=row, user=user)
        return sentence
    if deed == "test":
        return _set_test(request, row)
    if deed == "letter":
        return _letter(request, row)
    raise ValidationError(_("That did not work"))


def _who(request: HttpRequest, run: CourseRun) -> Enrolment:
    try:
        row: Enrolment | None = run.enrolments.filter(pk=request.POST.get("who", "")).first()
    except ValidationError:  # not even a number of ours
        row = None
    if row is None:
        raise ValidationError(_("This person is not in this course."))
    row.run = run
    return row


def _set_test(request: HttpRequest, row: Enrolment) -> str:
    form = TestForm(request.POST)
    if not form.is_valid():
        raise ValidationError([text for errors in form.errors.values() for text in errors])
    data = form.cleaned_data
    seat_staff_actions.set_test(
        enrolment=row, state=data["test_state"], test_at=data["test_at"], level=data["test_level"], user=request.user
    )
    return _("The placement test is written down.")


def _letter(request: HttpRequest, row: Enrolment) -> HttpResponse:
    code = seat_staff_actions.new_letter(enrolment=row, user=request.user)
    if can_print():
        return pdf_answer(certificates.letter(enrolment=row, code=code, user=request.user), "lotse-letter")
    context = {**frame(_("Letter"), row.run), "run": row.run, "code": in_groups(code)}
    return private(render(request, "services/courses/admin/staff_seat_code.html", context))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def course_seats_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrol somebody who is here or on the telephone."""
    run, status = the_run(request, pk), 200
    form = BehalfForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                seat_staff_actions.enrol_on_behalf(
                    run=run,
                    person=form.person,
                    once=form.once_key,
                    language=data["language"],
                    children=data["children"] or 0,
                    user=request.user,
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Enrolled. You can print a letter with the code of the personal page."))
                return redirect("course_seats", run.pk)
        else:
            status = 422
    context = {**frame(_("Enrol somebody"), run), "run": run, "form": form}
    return private(render(request, "services/courses/admin/staff_seat_add.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def course_seats_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The group as a file, with a reason, only for who has just proved that it is them."""
    run = the_run(request, pk)
    if request.method != "POST":
        return _export_page(request, run, PeopleExportForm()) if has_just_proved(request) else ask_to_prove(request)
    form = PeopleExportForm(request.POST)
    if not form.is_valid():
        return _export_page(request, run, form, status=422)
    if not has_just_proved(request):  # what was typed stays
        return _export_page(request, run, form, prove=prove_address(request), status=403)
    data = form.cleaned_data
    rows = export_people(run=run, reason=data["reason"], file_format=data["format"], user=request.user)
    headings = [
        _("Name"),
        _("State"),
        _("Number on the waiting list"),
        _("Since"),
        _("E-mail"),
        _("Telephone"),
        _("Language"),
        _("Children who need childcare"),
        _("Placement test"),
        _("Level"),
        _("Lessons attended"),
        _("Lessons held"),
    ]
    return as_file(data["format"], f"lotse-{run.code}-{timezone.localdate().isoformat()}", KEYS, headings, rows)


def _export_page(
    request: HttpRequest, run: CourseRun, form: Any, *, prove: str = "", status: int = 200
) -> HttpResponse:
    context = {**frame(_("Export"), run), "run": run, "form": form, "prove": prove}
    return private(render(request, "services/courses/admin/staff_seat_export.html", context, status=status))


def _list(request: HttpRequest, run: CourseRun, status: int = 200) -> HttpResponse:
    now = timezone.now()
    run.refresh_from_db()
    rows = list(run.enrolments.order_by("queue_no", "created_at"))
    sums = attended(rows, run, now)
    people = [_line(row, person, sums[row.pk]) for row, person in opened(rows)]
    context = {
        **frame(_("People"), run),
        "run": run,
        "groups": [(name, [line for line in people if line["row"].state in states]) for name, states in GROUPS],
        "capacity_form": CapacityForm(initial={"capacity": run.capacity_max}),
        "held": run.enrolments.holding().count(),
        "children": children_in(run),
        "prints": can_print(),
        "test_states": TestForm(auto_id=False),
    }
    return private(render(request, "services/courses/admin/staff_seats.html", context, status=status))


def _line(row: Enrolment, person: Any, sums: Any) -> dict[str, Any]:
    form = TestForm(
        auto_id=f"{row.pk}-%s",
        initial={
            "test_state": row.test_state,
            "test_at": timezone.localtime(row.test_at) if row.test_at else None,
            "test_level": row.test_level,
        },
    )
    return {
        "row": row,
        "person": person,
        "name": person.name if person and person.name else _("erased"),
        "language": language(row.language).endonym,
        "number": place_of(row) if row.state == EnrolmentState.WAITING else None,
        "until": times.moment(row.offer_expires_at) if row.offer_expires_at else "",
        "sums": sums,
        "form": form,
    }


def frame(title: Any, run: CourseRun) -> dict[str, Any]:
    """Title and breadcrumb of a page about a run."""
    return {
        "header_title": f"{title}: {run.code}",
        "header_icon": "group",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("courserun:index"), "label": _("Course runs")},
            {"url": reverse("courserun:board", args=[run.pk]), "label": run.code},
            {"url": reverse("course_seats", args=[run.pk]), "label": _("People")},
            {"url": "", "label": title},
        ],
    }


def private(response: HttpResponse) -> HttpResponse:
    """Names of people are kept by no cache."""
    response["Cache-Control"] = "no-store"
    return response


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF file that the browser shows."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = str(content_disposition_header(False, f"{name}.pdf"))
    response["X-Content-Type-Options"] = "nosniff"
    return private(response)
