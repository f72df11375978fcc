"""The people and places all tests tell their stories with.

Amira visits and has no account. Lena works in the district's integration management, Omar in another office
(Villingen-Schwenningen), Yasmin coordinates, Eva edits pages, Tarik translates, Ada administers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupPagePermission, Locale, Page, Site

from home.models import HomePage
from portal.languages import LANGUAGES
from portal.models import District, User
from services.directory.models import Municipality, Office, OfficeMembership

OFFICES = {
    "DRK": ("Deutsches Rotes Kreuz", "shelter", True),
    "LRA_IM": ("Landratsamt, Integrationsmanagement", "integration", True),
    "VS_IM": ("Stadt Villingen-Schwenningen, Integrationsmanagement", "integration", True),
    "STG_IM": ("Stadt St. Georgen, Integrationsmanagement", "integration", True),
    "KOE_IM": ("Gemeinde Königsfeld, Integrationsmanagement", "integration", True),
    "KOORD": ("Koordinierungsstelle Integrationsmanagement", "coordination", True),
}
TOWNS = {
    "08326017": ("Furtwangen", "78120", 48.0516, 8.2055),
    "08326012": ("Donaueschingen", "78166", 47.9514, 8.4978),
    "08326074": ("Villingen-Schwenningen", "78048", 48.0583, 8.4596),
    "08326031": ("Königsfeld", "78126", 48.1386, 8.4215),
}
PEOPLE = ("lena", "omar", "yasmin", "eva", "tarik", "ada")


@dataclass
class Cast:
    """What a test finds: the district, its start page, offices and towns by code, and the people."""

    district: District
    home: HomePage
    offices: dict[str, Office]
    towns: dict[str, Municipality]
    lena: User
    omar: User
    yasmin: User
    eva: User
    tarik: User
    ada: User
    more: dict[str, Any] = field(default_factory=dict)


def found_portal() -> Cast:
    """Build the small portal in the current transaction."""
    build_portal()
    return find_portal()


def find_portal() -> Cast:
    """The small portal as it stands in the database."""
    people = {user.username: user for user in User.objects.all()}
    return Cast(
        district=District.objects.get(key="08326"),
        home=HomePage.objects.get(depth=2),
        offices={office.code: office for office in Office.objects.all()},
        towns={town.ags: town for town in Municipality.objects.all()},
        **{name: people[name] for name in PEOPLE},
    )


def build_portal() -> None:
    """Write the small portal's rows."""
    for entry in LANGUAGES:
        Locale.objects.get_or_create(language_code=entry.code)
    source = Locale.objects.get(language_code="de")
    # After a test with real transactions the tables are empty, the roots that migrations made included.
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=source))
    Collection.get_first_root_node() or Collection.add_root(name="Root")
    for old in Page.objects.filter(depth=2):
        old.delete()
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title="Lotse", slug="lotse", teaser="Hilfe im Landkreis", locale=source))
    home.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(hostname="localhost", is_default_site=True)
    site.root_page, site.hostname, site.site_name = home, "testserver", "Lotse"
    site.save()
    district = District.objects.create(site=site, name="Schwarzwald-Baar-Kreis", key="08326")
    offices = {
        code: Office.objects.create(district=district, code=code, name=name, kind=kind, takes_cases=takes)
        for code, (name, kind, takes) in OFFICES.items()
    }
    for ags, (name, plz, lat, lng) in TOWNS.items():
        Municipality.objects.create(
            district=district, ags=ags, official_name=name, name=name, postcodes=[plz], latitude=lat, longitude=lng
        )
    _worker("lena", offices["LRA_IM"])
    _worker("omar", offices["VS_IM"])
    _worker("yasmin", offices["KOORD"])
    _editor("eva", home)
    _person("tarik")
    User.objects.create_superuser("ada", "ada@example.org", "ada-passwort-123")


def _person(name: str) -> User:
    return User.objects.create_user(name, f"{name}@example.org", f"{name}-passwort-123", first_name=name.title())


def _worker(name: str, office: Office) -> User:
    user = _person(name)
    OfficeMembership.objects.create(office=office, user=user, valid_from=date(2020, 1, 1))
    user.user_permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    return user


def _editor(name: str, home: HomePage) -> User:
    user = _person(name)
    group, _created = Group.objects.get_or_create(name="Editors")
    group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.get_or_create(
            group=group,
            page=Page.objects.get(pk=home.get_parent().pk),
            permission=Permission.objects.get(codename=codename, content_type__app_label="wagtailcore"),
        )
    user.groups.add(group)
    return user
