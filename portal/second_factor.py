"""The second factor: how its secrets are stored, and the forms of the account pages in the product's look."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import segno
from allauth.account import forms as account
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.encoding import force_bytes
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


class SealedSecondFactor(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes encrypted, so that a copy of the database opens
    no door. The key comes from `SECRET_KEY`; older ones in `SECRET_KEY_FALLBACKS` still open.
    """

    def encrypt(self, text: str) -> str:
        return base64.b64encode(_boxes()[0].encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        for box in _boxes():
            try:
                return box.decrypt(sealed).decode()
            except CryptoError:
                continue
        raise CryptoError("No key in SECRET_KEY or SECRET_KEY_FALLBACKS opens this second factor.")

    def build_totp_svg(self, url: str) -> str:
        """Black on white with a margin, also where the page is dark: many apps read no other."""
        image = io.BytesIO()
        segno.make(url, error="m").save(image, kind="svg", scale=4, border=4, dark="#000", light="#fff", omitsize=True)
        return image.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's signature
        return gettext("Passkey of {name}").format(name=user.first_name or user.get_username())

    def _get_site_name(self) -> str:
        return str(settings.PRODUCT_NAME)


def _boxes() -> list[SecretBox]:
    return [
        SecretBox(hashlib.sha256(b"lotse second factor " + force_bytes(key)).digest())
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


class HouseStyle:
    """Mixin: labels in our words, our class on inputs, and no placeholder that pretends to be a label."""

    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)
            if getattr(field.widget, "input_type", "") not in {"hidden", "checkbox"}:
                field.widget.attrs.setdefault("class", "input")
                field.widget.attrs["dir"] = "auto" if name == "name" else "ltr"


NEW_PASSWORD_HELP = _("At least 12 characters. Several words in a row are easy to remember and hard to guess.")
CODE_HELP = _("The six digits which your app shows now. You may also type a recovery code.")


class LoginForm(HouseStyle, account.LoginForm):
    """Name and password."""

    labels = {"login": _("Username or email address"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(autocomplete="username", autocapitalize="none", spellcheck="false")
        # allauth puts a link to "forgotten?" here; the page has its own.
        self.fields["password"].help_text = ""


class ReauthenticateForm(HouseStyle, account.ReauthenticateForm):
    """The password once more."""

    labels = {"password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ResetPasswordForm(HouseStyle, account.ResetPasswordForm):
    """Where the link for a new password goes."""

    labels = {"email": _("Email address")}


class ResetPasswordKeyForm(HouseStyle, account.ResetPasswordKeyForm):
    """A new password, for who came with the link."""

    labels = {"password1": _("New password"), "password2": _("New password, once more")}
    help_texts = {"password1": NEW_PASSWORD_HELP}


class ChangePasswordForm(HouseStyle, account.ChangePasswordForm):
    """A new password, for who knows the old one."""

    labels = {
        "oldpassword": _("Password until now"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    help_texts = {"password1": NEW_PASSWORD_HELP, "oldpassword": ""}


class SetPasswordForm(HouseStyle, account.SetPasswordForm):
    """A password for an account that has none yet."""

    labels = {"password1": _("New password"), "password2": _("New password, once more")}
    help_texts = {"password1": NEW_PASSWORD_HELP}


class CodeStyle(HouseStyle):
    """Mixin: a code may be pasted, and phones show digits."""

    labels = {"code": _("Code")}
    help_texts = {"code": CODE_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update({"class": "input input--medium", "inputmode": "numeric"})


class OnceOnly(CodeStyle):
    """Mixin: a code opens once, for as long as it could be right (ASVS 6.5.1).

    allauth remembers used codes for one period, but we accept neighbouring periods as well: phones have slow clocks,
    and people type slowly.
    """

    user: Any

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]
        period = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"second-factor:{self.user.pk}:{code}", True, period):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(OnceOnly, mfa.AuthenticateForm):
    """The code after the password."""


class MfaReauthenticateForm(OnceOnly, mfa.ReauthenticateForm):
    """The code once more."""


class ActivateTOTPForm(CodeStyle, totp.ActivateTOTPForm):
    """The first code of a new app."""

    help_texts = {"code": _("The six digits which your app shows now.")}

    def clean_code(self) -> str:
        code = super().clean_code()
        _counts_as_shown(self.user, "totp")
        return code


NOT_A_PASSKEY = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error, InvalidSignature)
"""What the parsers of fido2 raise when a browser, or somebody playing one, sends something else."""


@contextmanager
def refuse_nonsense() -> Iterator[None]:
    """A form error instead of a broken page for what is no passkey at all."""
    try:
        yield
    except NOT_A_PASSKEY as problem:
        raise get_adapter().validation_error("incorrect_code") from problem


class Sturdy:
    """Mixin of the forms that read the answer of a passkey."""

    def clean_credential(self) -> Authenticator:
        with refuse_nonsense():
            return super().clean_credential()  # type: ignore[misc]


class AuthenticateWebAuthnForm(Sturdy, webauthn.AuthenticateWebAuthnForm):
    """The passkey after the password."""


class LoginWebAuthnForm(Sturdy, webauthn.LoginWebAuthnForm):
    """The passkey instead of a password."""


class ReauthenticateWebAuthnForm(Sturdy, webauthn.ReauthenticateWebAuthnForm):
    """The passkey once more."""


class AddWebAuthnForm(HouseStyle, webauthn.AddWebAuthnForm):
    """A new passkey and its name."""

    labels = {
        "name": _("Name of the passkey"),
        "passwordless": _("Log in with this passkey alone, without a password"),
    }
    help_texts = {"name": _("So that you know it later, for example: office computer."), "passwordless": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        with refuse_nonsense():
            cleaned = super().clean()
        if cleaned.get("credential") and not self.errors:
            _counts_as_shown(self.user, "webauthn")
        return cleaned


class EditWebAuthnForm(HouseStyle, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    labels = {"name": _("Name of the passkey")}


def _counts_as_shown(user: Any, kind: str) -> None:
    """Who has just set a factor up with a right code has shown it; portal.staff asks for it in every session."""
    record_authentication(context.request, user, "mfa", type=kind)
