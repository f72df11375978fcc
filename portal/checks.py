"""System checks: what only the running product can see and must not start with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


def catalogues_compiled(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every language needs its compiled catalogue, or its addresses answer 404 (handbook: stack §2)."""
    from django.utils.translation import to_locale

    missing = [
        code
        for code, _name in settings.LANGUAGES
        if not (Path(settings.LOCALE_PATHS[0]) / to_locale(code) / "LC_MESSAGES" / "django.mo").exists()
    ]
    if missing:
        return [Error(f"No compiled catalogue for {', '.join(missing)}.", hint="Run: make messages", id="portal.E001")]
    return []


def no_demo_in_production(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """Demo accounts have public passwords; production does not start while one exists."""
    if not settings.LOTSE_PRODUCTION or not databases:
        return []
    from django.db import connections

    from portal.models import User

    if User._meta.db_table not in connections["default"].introspection.table_names():
        return []  # before the first migration, which runs these checks as well
    if User.objects.using("default").filter(is_demo=True).exists():
        return [
            Error("The database holds demo accounts.", hint="Production needs a database of its own.", id="portal.E002")
        ]
    return []


def second_factor_in_production(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Staff log in with a second factor in production."""
    if settings.LOTSE_PRODUCTION and not settings.LOTSE_SECOND_FACTOR:
        return [Error("LOTSE_SECOND_FACTOR must be on in production.", id="portal.E003")]
    return []


def no_master_key_in_public(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The processes which the internet reaches must not even hold the key that opens what people sent."""
    if settings.LOTSE_ROLE == "public" and any(Path(settings.LOTSE_KEY_DIR).glob("master-*.key")):
        return [
            Error(
                "The public role has a master key in LOTSE_KEY_DIR.",
                hint="Give it a folder with the pepper alone.",
                id="portal.E004",
            )
        ]
    return []


def private_files_apart(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Files of people lie below no folder that a web server gives out."""
    where = Path(settings.STORAGES["private"]["OPTIONS"]["location"]).resolve() if _is_folder() else None
    given_out = [Path(folder).resolve() for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT)]
    if where is not None and any(where == folder or folder in where.parents for folder in given_out):
        return [
            Error(
                "LOTSE_PRIVATE_ROOT lies in a folder that is given out.",
                hint="Choose one beside LOTSE_MEDIA_ROOT.",
                id="portal.E005",
            )
        ]
    return []


def _is_folder() -> bool:
    return "location" in settings.STORAGES["private"].get("OPTIONS", {})


def register_all() -> None:
    """Called once when the app is ready."""
    register(Tags.translation)(catalogues_compiled)
    register(Tags.database)(no_demo_in_production)
    register(Tags.security)(second_factor_in_production)
    register(Tags.security)(no_master_key_in_public)
    register(Tags.files)(private_files_apart)
