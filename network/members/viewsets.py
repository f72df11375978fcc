"""The network's people in the admin, for the coordinators of the district whose site they use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from network.members.actions import end_feed, make_feed
from network.members.forms import MemberForm, OrganisationForm
from network.members.models import Member, Organisation
from network.members.permissions import can_coordinate
from portal.models import District

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


class MemberViewSet(DistrictViewSet):
    """People of the network."""

    model = Member
    name = "network_members"
    menu_label = _("Members")
    icon = "user"
    list_display = ["name", "organisation", "role", "is_active"]
    list_filter = ["role", "is_active"]
    list_export = ["name", "organisation", "role", "email", "phone", "language", "is_active", "left_on"]
    search_fields = ["name", "email", "organisation__name"]

    def get_form_class(self, for_update: bool = False) -> type[MemberForm]:
        return MemberForm


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
