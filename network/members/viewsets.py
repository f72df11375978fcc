"""The network's people in the admin, for the coordinators of the district whose site they use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from network.members.actions import end_access, end_feed, invite_member, leave, make_feed
from network.members.forms import MemberForm, OrganisationForm
from network.members.models import Member, Organisation
from network.members.permissions import can_coordinate
from portal.errors import DomainError
from portal.models import District
from portal.seats import lock

COORDINATE = "network.change_meeting"


class CoordinatorPolicy(ModelPermissionPolicy):
    """One permission for the whole network. Nothing is deleted: people leave, meetings are cancelled."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and user.is_active and user.has_perm(COORDINATE)

    def user_has_any_permission(self, user: Any, actions: list[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class OfDistrict:
    """Makes all views of a viewset show the site's district only, and only to those who run its network."""

    model: Any

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponse]:
        """Guard every view in one place, those that come with a new version of the admin included."""
        return self.guarded(super().construct_view(view_class, **kwargs))  # type: ignore[misc]

    def guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The view, for coordinators of the district and for its own rows."""

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                district = District.objects.for_request(request)
            except District.DoesNotExist as missing:
                raise Http404 from missing
            if not can_coordinate(request.user, district):
                raise PermissionDenied
            if "pk" in kwargs:
                get_object_or_404(self.model.objects.of(district).only("pk"), pk=kwargs["pk"])
            return view(request, *args, **kwargs)

        return inner


class DistrictIndexView(generic.IndexView):
    """The rows of the district."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().of(District.objects.for_request(self.request))


class DistrictCreateView(generic.CreateView):
    """Gives the form its district."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "district": District.objects.for_request(self.request)}


class DistrictEditView(generic.EditView):
    """Gives the form its district."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "district": District.objects.for_request(self.request)}


class DistrictViewSet(OfDistrict, ModelViewSet):
    """What the admin pages of the network have in common."""

    index_view_class = DistrictIndexView
    add_view_class = DistrictCreateView
    edit_view_class = DistrictEditView
    copy_view_enabled = False
    search_backend_name = None


class OrganisationViewSet(DistrictViewSet):
    """Organisations of the network."""

    model = Organisation
    name = "network_organisations"
    menu_label = _("Organisations")
    icon = "group"
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name"]

    def get_form_class(self, for_update: bool = False) -> type[OrganisationForm]:
        return OrganisationForm


class MemberCreateView(DistrictCreateView):
    """A new person, who is told by mail unless the coordinator says no."""

    def save_instance(self) -> Any:
        made = super().save_instance()
        if self.form.cleaned_data.get("welcome") and made.is_active_on(timezone.localdate()):
            invite_member(member=made, user=self.request.user)
        return made


class MemberEditView(DistrictEditView):
    """Changes a person. Whoever is switched off, or whose last day has passed, loses all doors in the same moment."""

    @transaction.atomic
    def save_instance(self) -> Any:
        today = timezone.localdate()
        before = lock(Member.objects.filter(pk=self.object.pk))
        member = super().save_instance()
        if before.email.lower() != member.email.lower():
            member.link_version = before.link_version + 1
            member.save(update_fields=["link_version"])
        if before.is_active_on(today) and not member.is_active_on(today):
            end_access(member, timezone.now())
        return member


class MemberInspectView(generic.InspectView):
    """A person's entry, how fresh it is, and what can be done with it now."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        member: Member = self.object
        living = member.feed_tokens.filter(revoked_at=None).exists()
        is_here = member.is_active_on(timezone.localdate())
        return {**super().get_context_data(**kwargs), "is_here": is_here, "has_feed": living}


class MemberViewSet(DistrictViewSet):
    """People of the network."""

    model = Member
    name = "network_members"
    menu_label = _("Members")
    icon = "user"
    list_display = ["name", "organisation", "role", "is_active"]
    list_filter = ["role", "is_active"]
    add_view_class = MemberCreateView
    edit_view_class = MemberEditView
    inspect_view_enabled = True
    inspect_view_class = MemberInspectView
    inspect_template_name = "network/members/admin/staff_member.html"
    inspect_view_fields = [
        "name",
        "organisation",
        "role",
        "email",
        "phone",
        "language",
        "areas",
        "deputy",
        "absent_from",
        "absent_until",
        "is_listed",
        "shows_phone",
        "joined_at",
        "invited_at",
        "confirmed_at",
        "asked_at",
        "reminded_at",
        "unconfirmed_at",
        "is_active",
        "left_on",
    ]
    list_export = ["name", "organisation", "role", "email", "phone", "language", "is_active", "left_on"]
    search_fields = ["name", "email", "organisation__name"]

    def get_form_class(self, for_update: bool = False) -> type[MemberForm]:
        return MemberForm

    def get_urlpatterns(self) -> list[URLPattern]:
        """The views of the admin, and ours for what coordinators do."""
        ours = path("<int:pk>/do/<str:verb>/", self.guarded(act_on_member), name="act")
        return [*super().get_urlpatterns(), ours]


@require_http_methods(["GET", "HEAD", "POST"])
def act_on_member(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Send the personal link, or let somebody leave. Each is asked first."""
    member = get_object_or_404(Member.objects.select_related("organisation", "district__site"), pk=pk)
    verbs = {
        "invite": (invite_member, _("Send the personal link"), _("The link is on its way.")),
        "leave": (leave, _("Let this person leave"), _("This person has left. All links have ended.")),
    }
    if verb not in verbs:
        raise Http404
    run, label, done = verbs[verb]
    if request.method == "POST":
        try:
            run(member=member, user=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(done))
        return redirect("network_members:inspect", pk)
    context = {"member": member, "verb": verb, "label": label}
    return TemplateResponse(request, "network/members/admin/staff_act.html", context)


def member_of(request: HttpRequest) -> Member | None:
    """The person of the site's network who is logged in."""
    try:
        district = District.objects.for_request(request)
    except District.DoesNotExist:
        return None
    return Member.objects.of(district).active().for_user(request.user).select_related("district__site").first()


class MembersOnly(MenuItem):
    """A menu item for people of the network."""

    def is_shown(self, request: HttpRequest) -> bool:
        return member_of(request) is not None


@require_http_methods(["GET", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """A member makes or ends the secret address of their own calendar; it is shown this once."""
    member = member_of(request)
    if member is None:
        raise Http404
    address = ""
    if request.method == "POST" and "end" in request.POST:
        end_feed(member=member, user=request.user)
    elif request.method == "POST":
        token = make_feed(member=member, user=request.user)
        address = f"{member.district.site.root_url}{reverse('personal_feed', args=[token])}"
    living = member.feed_tokens.filter(revoked_at=None).first()
    return render(request, "network/members/admin/my_calendar.html", {"address": address, "feed": living})
