"""Who is logged in and what they may: read in two queries, because each page of the admin asks for it."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from portal.models import User


class AccountBackend(AuthenticationBackend):
    """django-allauth's login by name or mail, with fewer reads for the person who is already in."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session with the profile that the admin's frame needs; None if inactive or gone."""
        try:
            user = User.objects.select_related("wagtail_userprofile").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Rights of one's own and by groups in one query, kept with the user as Django keeps them."""
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            own = User.user_permissions.through.objects.filter(user=user_obj.pk).values("permission")
            groups = User.groups.through.objects.filter(user=user_obj.pk).values("group")
            by_group = Permission.objects.filter(group__in=groups).values("pk")
            rows = Permission.objects.filter(Q(pk__in=own) | Q(pk__in=by_group)).order_by()
            user_obj._perm_cache = {
                f"{label}.{codename}" for label, codename in rows.values_list("content_type__app_label", "codename")
            }
        known: set[str] = user_obj._perm_cache
        return known
