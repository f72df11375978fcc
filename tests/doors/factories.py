"""How the people of the cast come in."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Permission
from django.test import Client
from PIL import Image
from wagtail.models import Collection, GroupCollectionPermission

from portal.models import User


def password_of(user: User) -> str:
    """The password that tests.cast gives to a person."""
    return f"{user.username}-passwort-123"


def log_in(user: User, address: str = "/accounts/login/", client: Client | None = None) -> tuple[Client, Any]:
    """Go through the login page; returns the browser and the answer to the form."""
    client = client or Client()
    data = {"login": user.username, "password": password_of(user)}
    return client, client.post(address, data)


def give_app(user: User) -> str:
    """Set up an authenticator app for a person, with recovery codes; returns the app's key."""
    key = generate_totp_secret()
    TOTP.activate(user, key)
    RecoveryCodes.activate(user)
    return key


def code(key: str, periods: int = 0) -> str:
    """What the app shows now, or some periods of 30 seconds later."""
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + periods))


def confirm(client: Client, user: User, then: str) -> Any:
    """Type the password once more, as allauth wants before something that matters."""
    return client.post("/accounts/reauthenticate/", {"password": password_of(user), "next": then})


def may_upload(editor: User) -> None:
    """Give an editor what the role "Redaktion" has for images and documents."""
    group = editor.groups.get()
    for codename in ("add_portalimage", "change_portalimage", "add_portaldocument", "change_portaldocument"):
        GroupCollectionPermission.objects.get_or_create(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=Permission.objects.get(codename=codename, content_type__app_label="portal"),
        )


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """A small real image."""
    target = BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **more)
    return target.getvalue()


def packed(**parts: str) -> bytes:
    """A zip file with these parts; `__` in a name stands for `/`."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return target.getvalue()
