"""What the admin gets from the form builder: scripts, addresses, buttons, words for the log.

Other parts of the builder's admin add their buttons the same way, by a hook of their own: Wagtail shows them in the
order of `priority` (export 60, import 61).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from services.intake import builder_viewsets as views
from services.intake.builder_permissions import can_build_forms
from services.intake.models import FormIndexPage, IntakeFormPage


@hooks.register("register_admin_urls")
def builder_urls() -> list[URLPattern]:
    """The builder's addresses below /admin/."""
    return [
        path("forms/<int:pk>/export/", views.export, name="form_export"),
        path("forms/<int:pk>/import/", views.take_in, name="form_import"),
        path("forms/keys/", views.keys, name="form_keys"),
    ]


@hooks.register("insert_global_admin_css")
def builder_style() -> str:
    """Style of the choosers in conditions."""
    return format_html('<link rel="stylesheet" href="{}">', static("services/builder.css"))


@hooks.register("insert_editor_js")
def builder_script() -> str:
    """Choosers for earlier questions and their answers, and keys made from labels."""
    return format_html('<script src="{}" data-keys="{}"></script>', static("services/builder.js"), reverse("form_keys"))


@hooks.register("register_page_header_buttons")
def header_buttons(page: Any, user: Any, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """Export on a form, import on the list of forms."""
    yield from _buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Any, user: Any, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """The same in the list of pages."""
    yield from _buttons(page, user)


def _buttons(page: Any, user: Any) -> Iterator[Button]:
    if issubclass(page.specific_class or object, IntakeFormPage):
        form = page.specific
        if form.is_source and can_build_forms(user, form.get_parent().specific_deferred):
            yield Button(
                _("Export as a file"), reverse("form_export", args=[page.pk]), icon_name="download", priority=60
            )
    elif issubclass(page.specific_class or object, FormIndexPage) and can_build_forms(user, page.specific_deferred):
        yield Button(_("Import a form"), reverse("form_import", args=[page.pk]), icon_name="upload", priority=61)


@hooks.register("register_log_actions")
def builder_log(actions: Any) -> None:
    """The builder's verbs in the history of a page."""
    actions.register_action("intake.form.published", _("Publish form"), _("The form has a new version"))
    actions.register_action("intake.form.imported", _("Import form"), _("Imported from a file, as a draft"))
