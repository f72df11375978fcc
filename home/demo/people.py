"""The demo's accounts. Their passwords are public, so production refuses a database that holds one."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from wagtail.users.models import UserProfile

from home.roles import ensure_roles
from portal.languages import SOURCE
from portal.models import District, User
from services.directory.models import Office, OfficeMembership

LEADS = ("coordinator", "case_worker")
PASSWORD = "lotse-demo"  # noqa: S105 - public on purpose; see portal.checks

ACCOUNTS: dict[str, dict[str, str]] = {
    "admin": {"name": "Ada Admin", "role": "", "office": ""},
    "editor": {"name": "Eva Redaktion", "role": "Redaktion", "office": ""},
    "translator": {"name": "Tarik Übersetzung", "role": "Übersetzung", "office": ""},
    "course_staff": {"name": "Karin Kurs", "role": "Sprachkurse", "office": ""},
    "course_provider": {"name": "Paula Anbieter", "role": "Anbieter", "office": ""},
    "case_worker": {"name": "Lena Lotse", "email": "lena@example.org", "role": "Fachkräfte", "office": "LRA_IM"},
    "other_office": {"name": "Omar Stadt", "email": "omar@example.org", "role": "Fachkräfte", "office": "VS_IM"},
    "coordinator": {
        "name": "Yasmin Koordination",
        "email": "yasmin@example.org",
        "role": "Koordination",
        "office": "KOORD",
    },
    "data_protection": {"name": "Dana Datenschutz", "role": "Datenschutz", "office": ""},
    "network_member": {"name": "Katrin Weißer", "email": "katrin.weisser@example.org", "role": "", "office": ""},
}
"""Login → name, role and office; the mail address links some to members of the network.

The logins are the names that `manage.py tour` prints.
"""


def load(district: District) -> dict[str, User]:
    """Make the accounts; existing ones keep what was changed, but for role and office."""
    groups = ensure_roles()
    people = {}
    for login, entry in ACCOUNTS.items():
        first, _space, last = entry["name"].partition(" ")
        user, created = User.objects.get_or_create(
            username=login,
            defaults={
                "email": entry.get("email", f"{login}@example.org"),
                "first_name": first,
                "last_name": last,
                "is_demo": True,
                "is_staff": login == "admin",
                "is_superuser": login == "admin",
                "date_joined": timezone.now(),
            },
        )
        if created:
            _welcome(user)
        if entry["role"]:
            user.groups.add(groups[entry["role"]])
        if entry["office"]:
            OfficeMembership.objects.get_or_create(
                user=user,
                office=Office.objects.get(district=district, code=entry["office"]),
                defaults={"valid_from": date(2023, 10, 1), "is_lead": login in LEADS},
            )
        people[login] = user
    return people


def _welcome(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = SOURCE
    profile.save()
