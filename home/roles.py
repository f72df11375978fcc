"""The roles of the product as groups with their permissions. Membership of an office is not a role: it is a row."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

ADMIN = "wagtailadmin.access_admin"
PAGES = ("add_page", "change_page", "publish_page")
COLLECTIONS = (
    *(f"wagtailimages.{verb}_image" for verb in ("add", "change", "choose")),
    *(f"wagtaildocs.{verb}_document" for verb in ("add", "change", "choose")),
)
"""Wagtail asks its own image and document models for rights, whichever models are in use."""

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "Redaktion": {
        "permissions": (
            ADMIN,
            "wagtail_localize.submit_translation",
            "services.add_term",
            "services.change_term",
            *(f"services.{verb}_formblock" for verb in ("add", "change", "view")),
            "services.change_contactpoint",
            "services.view_contactpoint",
            "services.view_office",
            "services.add_replytemplate",
            "services.change_replytemplate",
            "services.view_replytemplate",
        ),
        "pages": PAGES,
        "collections": COLLECTIONS,
    },
    "Übersetzung": {
        "permissions": (ADMIN, "wagtail_localize.submit_translation"),
        "pages": ("change_page", "publish_page"),
        "collections": (),
    },
    "Sprachkurse": {
        "permissions": (
            ADMIN,
            *(
                f"services.{verb}_{model}"
                for model in ("provider", "teacher", "venue", "closure", "course", "courserun", "lesson")
                for verb in ("add", "change", "view")
            ),
            *(f"services.{verb}_accessrule" for verb in ("add", "change", "delete", "view")),
            "services.see_enrolments",
            "services.plan_courses",
        ),
        "pages": (),
        "collections": (),
    },
    # What people of a provider see and propose depends on their provider (services.courses.proposal_permissions).
    "Anbieter": {"permissions": (ADMIN, "services.add_courseproposal"), "pages": (), "collections": ()},
    "Fachkräfte": {"permissions": (ADMIN,), "pages": (), "collections": ()},
    "Datenschutz": {
        "permissions": (
            ADMIN,
            "services.see_audit",
            *(f"services.{verb}_retentionrule" for verb in ("add", "change", "delete", "view")),
        ),
        "pages": (),
        "collections": (),
    },
    "Koordination": {
        "permissions": (
            ADMIN,
            *(
                f"network.{verb}_{model}"
                for model in (
                    "organisation",
                    "member",
                    "meeting",
                    "datepoll",
                    "standarditem",
                    "need",
                    "votinground",
                )
                for verb in ("add", "change", "view")
            ),
            *(
                f"services.{verb}_{model}"
                for model in ("municipality", "responsibility", "office", "contactpoint")
                for verb in ("change", "view")
            ),
            # A new run begins in a cell of the map of interest.
            "services.plan_courses",
            *(f"services.{verb}_{model}" for model in ("courserun", "lesson") for verb in ("add", "change", "view")),
        ),
        "pages": (),
        "collections": (),
    },
}
"""Group name → what it may. Names are German because administrators read them."""


def ensure_roles() -> dict[str, Group]:
    """Make the groups or bring their permissions up to date; permissions added by hand stay."""
    groups = {}
    root_page, root_collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for name, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        for label in role["permissions"]:
            app, codename = label.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        for codename in role["pages"]:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=root_page, permission=permission)
        for label in role["collections"]:
            app, codename = label.split(".")
            permission = Permission.objects.get(content_type__app_label=app, codename=codename)
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root_collection, permission=permission
            )
        groups[name] = group
    return groups
