"""Door: what the foundation adds to the editors' admin: the gate for translations, and the list of their states."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail_localize.models import Translation

from portal.outbox_viewsets import MailPanel, mail_again, mail_page, mail_try_now
from portal.permissions import can_check_translations, can_see_mail
from portal.translation_report import TranslationReport, mark_checked


def gate(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Refuse to publish a translation with missing sentences, and say how many; what was typed stays."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    translation = Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale_id=instance.locale_id, enabled=True
    ).first()
    if translation is None:
        return None
    total, done = translation.get_progress()
    if done >= total:
        return None
    messages.error(
        request,
        _("Not published: %(missing)d sentences have no translation yet. Your work is saved.")
        % {"missing": total - done},
    )
    return redirect(request.get_full_path())


@hooks.register("before_edit_page", order=-10)
def gate_pages(request: HttpRequest, page: Any) -> HttpResponse | None:
    return gate(request, page)


@hooks.register("before_edit_snippet", order=-10)
def gate_snippets(request: HttpRequest, instance: Any) -> HttpResponse | None:
    return gate(request, instance) if hasattr(instance, "translation_key") else None


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("translations/", TranslationReport.as_view(), name="translation_report"),
        path("translations/results/", TranslationReport.as_view(results_only=True), name="translation_report_results"),
        path("translations/<int:pk>/checked/", mark_checked, name="translation_checked"),
        path("mail/", mail_page, name="mail"),
        path("mail/try/", mail_try_now, name="mail_try_now"),
        path("mail/<int:pk>/again/", mail_again, name="mail_again"),
    ]


class TranslationsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_check_translations(request.user)


@hooks.register("register_reports_menu_item")
def menu_item() -> MenuItem:
    return TranslationsItem(_("Checked translations"), reverse("translation_report"), icon_name="globe", order=700)


class MailItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_mail(request.user)


@hooks.register("register_reports_menu_item")
def mail_item() -> MenuItem:
    return MailItem(_("Mail"), reverse("mail"), icon_name="mail", order=900)


@hooks.register("construct_homepage_panels")
def mail_panel(request: HttpRequest, panels: list[Any]) -> None:
    if can_see_mail(request.user):
        panels.append(MailPanel())


@hooks.register("insert_global_admin_css")
def admin_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin/portal.css"))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(
        "portal.translation.checked",
        gettext_lazy("Check translation"),
        gettext_lazy("A person checked the translation"),
    )
    actions.register_action(
        "portal.mail.again", gettext_lazy("Send mail again"), gettext_lazy("A mail is tried once more")
    )


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("Authenticator app, passkeys and recovery codes of your account."),
    }


@hooks.register("register_account_menu_item")
def password_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("account_change_password"),
        "label": _("Change password"),
        "help_text": _("Other devices are logged out."),
    }
