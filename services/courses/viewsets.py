"""The admin of courses: providers, venues, closures, courses, runs with their lessons. For course staff alone."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from portal.models import District
from services.courses.import_viewsets import ImportViewSet
from services.courses.models import AccessRule, Closure, Course, CourseRun, Provider, ProviderAccount, Teacher, Venue
from services.courses.staff_access import AccessRuleForm
from services.courses.staff_board import RunBoard
from services.courses.staff_forms import ClosureForm, CourseForm, CourseRunForm, FactForm
from services.courses.vocabulary import ACCESS_LABELS


class _Index(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().of(District.objects.for_request(self.request))


class _Create(generic.CreateView):
    def get_initial_form_instance(self) -> Any:
        return self.model(district=District.objects.for_request(self.request))


class _Edit(generic.EditView):
    def get_queryset(self) -> Any:
        return self.model.objects.of(District.objects.for_request(self.request))


class _Delete(generic.DeleteView):
    def get_queryset(self) -> Any:
        return self.model.objects.of(District.objects.for_request(self.request))


class _Facts(ModelViewSet):
    """Rows of the district whose site the admin was opened on."""

    index_view_class = _Index
    add_view_class = _Create
    edit_view_class = _Edit
    delete_view_class = _Delete
    copy_view_enabled = False
    search_backend_name = None
    form_class: type[FactForm] = FactForm

    def get_form_class(self, for_update: bool = False) -> Any:
        meta = type("Meta", (), {"model": self.model, "fields": self.form_fields})
        return type(f"{self.model.__name__}AdminForm", (self.form_class,), {"Meta": meta})


class ProviderViewSet(_Facts):
    """Who gives courses."""

    model = Provider
    icon = "group"
    list_display = ["name", "code", BooleanColumn("is_active", label=_("active"))]
    search_fields = ["name", "code"]
    form_fields = ["code", "name", "website", "contact_point", "is_active", "is_example"]


class VenueViewSet(_Facts):
    """Where lessons are."""

    model = Venue
    icon = "home"
    list_display = ["name", "town", "street"]
    search_fields = ["name", "town"]
    form_fields = [
        "code",
        "name",
        "street",
        "postcode",
        "town",
        "municipality",
        "stop",
        *ACCESS_LABELS,
        "access_checked_on",
        "is_example",
    ]


class ClosureViewSet(_Facts):
    """School holidays and other days without lessons."""

    model = Closure
    icon = "date"
    form_class = ClosureForm
    list_display = ["get_reason_display", "first_day", "last_day", "venue"]
    form_fields = ["reason", "first_day", "last_day", "venue", "source"]


class AccessRuleViewSet(_Facts):
    """Who may take which kind of course, from when until when."""

    model = AccessRule
    icon = "key"
    form_class = AccessRuleForm
    list_display = [
        "code",
        "get_programme_display",
        "get_verdict_display",
        DateColumn("valid_from"),
        DateColumn("valid_until"),
        DateColumn("checked_on"),
    ]
    list_filter = ["programme", "verdict"]
    search_fields = ["code", "law"]
    form_fields = [
        "code",
        "programme",
        "residences",
        "letter",
        "work",
        "women_only",
        "level_from",
        "level_to",
        "verdict",
        "route",
        "ask",
        "note",
        "valid_from",
        "valid_until",
        "law",
        "checked_on",
    ]


class TeacherViewSet(_Facts):
    """Who teaches; for staff alone."""

    model = Teacher
    icon = "user"
    list_display = ["name", "provider", BooleanColumn("is_active", label=_("active"))]
    list_filter = ["provider"]
    search_fields = ["name"]
    form_fields = ["provider", "name", "is_active"]


class ProviderAccountViewSet(_Facts):
    """Which person proposes for which provider; administrators decide that."""

    model = ProviderAccount
    icon = "key"
    list_display = ["user", "provider"]
    form_fields = ["provider", "user"]


class CourseViewSet(_Facts):
    """Courses and their facts."""

    model = Course
    icon = "openquote"
    form_class = CourseForm
    list_display = ["code", "get_family_display", "provider", BooleanColumn("is_public", label=_("public"))]
    list_filter = ["family", "provider"]
    search_fields = ["code"]
    form_fields = [
        "code",
        "provider",
        "family",
        "funding",
        "level_from",
        "level_to",
        "literacy",
        "lessons_total",
        "lesson_minutes",
        "modules",
        "certificates",
        "access_routes",
        "audience",
        "min_age",
        "languages",
        "cost_total",
        "cost_per_lesson",
        "exemption",
        "travel_support",
        "is_public",
        "internal_notes",
    ]


class _RunIndex(_Index):
    def get_list_more_buttons(self, instance: CourseRun) -> list[Any]:
        board = Button(_("Lessons and places"), url=board_address(instance), icon_name="calendar-alt", priority=5)
        return [board, *super().get_list_more_buttons(instance)]


class _RunEdit(_Edit):
    @property
    def header_more_buttons(self) -> list[Any]:
        board = Button(_("Lessons and places"), url=board_address(self.object), icon_name="calendar-alt", priority=5)
        return [board, *super().header_more_buttons]


class _RunCreate(_Create):
    def get_success_url(self) -> str:
        return board_address(self.object)


class CourseRunViewSet(_Facts):
    """Runs, each with a board for its lessons and places."""

    model = CourseRun
    icon = "calendar-alt"
    form_class = CourseRunForm
    index_view_class = _RunIndex
    add_view_class = _RunCreate
    edit_view_class = _RunEdit
    list_display = [
        "code",
        "course",
        "get_status_display",
        DateColumn("starts_on"),
        "get_places_state_display",
        DateColumn("places_updated_at"),
    ]
    list_filter = ["status", "places_state", "course"]
    search_fields = ["code"]
    form_fields = [
        "course",
        "code",
        "status",
        "mode",
        "venue",
        "room",
        "teacher",
        "starts_on",
        "ends_on",
        "time_of_day",
        "lessons_per_week",
        "entry",
        "capacity_min",
        "capacity_max",
        "enrolment",
        "offer_hours",
        "register_from",
        "register_until",
        "placement_test",
        "childcare",
        "childcare_places",
        "childcare_min_age",
        "women_only",
        "contact_point",
        "previous_run",
        "is_public",
        "internal_notes",
    ]

    def get_urlpatterns(self) -> list[Any]:
        board = self.construct_view(
            RunBoard, index_url_name=self.get_url_name("index"), edit_url_name=self.get_url_name("edit")
        )
        return [*super().get_urlpatterns(), path("board/<int:pk>/", board, name="board")]


class CoursesGroup(ModelViewSetGroup):
    """The menu of course staff."""

    menu_label = _("Courses")
    menu_icon = "openquote"
    menu_name = "courses"
    menu_order = 250
    items = (
        CourseRunViewSet,
        CourseViewSet,
        ProviderViewSet,
        ProviderAccountViewSet,
        TeacherViewSet,
        VenueViewSet,
        ClosureViewSet,
        AccessRuleViewSet,
        ImportViewSet,
    )


def board_address(run: CourseRun) -> str:
    """Address of the board of a run."""
    return reverse("courserun:board", args=[run.pk])


@hooks.register("register_admin_viewset")
def _register() -> CoursesGroup:
    return CoursesGroup()
