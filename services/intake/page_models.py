"""The pages and snippets in which editors keep forms: the list, a form, a block of questions for several forms.

What people fill in is never one of these but the `FormVersion` compiled from them (services.intake.builder). A form
page that is live and has steps has been compiled: `save` is the one place every way to publish goes through, the
editor's button, moderation, a date, a bulk action and a translation alike (docs/decisions/006).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin
from wagtail.snippets.models import register_snippet
from wagtail_localize.fields import SynchronizedField

from portal.languages import SOURCE
from portal.models import District
from portal.pages import BasePage, locale_id_of
from services.inbox.statuses import Urgency
from services.intake.blocks import PARAGRAPHS, SHARED_PARAGRAPHS, QuestionsBlock, RuleBlock, StepBlock
from services.intake.builder_forms import BlockForm, OfficeSelect, PageForm
from services.intake.builder_permissions import FormPagePermissions
from services.intake.compiler import KEPT_DAYS, USUAL_DAYS
from services.intake.condition_blocks import KEYS
from services.intake.routing_compiler import MOST_DUE_DAYS

__all__ = ["FormBlock", "FormIndexPage", "IntakeFormPage"]


class FormIndexPage(BasePage):
    """The list of all forms."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["services.IntakeFormPage"]
    max_count_per_parent = 1
    template = "services/intake/form_index_page.html"

    class Meta:
        verbose_name = _("list of forms")
        verbose_name_plural = _("lists of forms")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.intake.presentation import forms_in

        context = super().get_context(request, *args, **kwargs)
        context["forms"] = forms_in(self, request)
        return context


class Audience(models.TextChoices):
    """Who may fill a form in."""

    PUBLIC = "public", _("Everybody")
    INVITED = "invited", _("People with an invitation")
    LOGIN = "login", _("People who are logged in")
    STAFF = "staff", _("Members of an office")


class IntakeFormPage(BasePage):
    """A form as editors write it. What people fill in is the current version of its key, in all languages at once."""

    key = models.SlugField(
        _("key of the form"),
        max_length=40,
        help_text=_("Stands in the address, the same in all languages, for example counselling. Never changes later."),
    )
    intro = StreamField(SHARED_PARAGRAPHS, blank=True, verbose_name=_("introduction"))
    steps = StreamField([("step", StepBlock())], blank=True, collapsed=True, verbose_name=_("steps"))
    notice = StreamField(
        SHARED_PARAGRAPHS,
        blank=True,
        verbose_name=_("notice"),
        help_text=_("Read before sending: who gets the answers, what for, for how long. {office} becomes the office."),
    )
    after = StreamField(
        SHARED_PARAGRAPHS,
        blank=True,
        verbose_name=_("after sending"),
        help_text=_("What happens next, and when. Stands below the number of the request."),
    )
    audience = models.CharField(
        _("who may fill it in"), max_length=8, choices=Audience.choices, default=Audience.PUBLIC
    )
    for_whom = models.CharField(
        _("for whom"), max_length=240, blank=True, help_text=_("Read by people who may not fill it in.")
    )
    assisted = models.BooleanField(
        _("may be filled in together"),
        default=True,
        help_text=_("By a volunteer or a worker, side by side with the person."),
    )
    topics = models.CharField(
        _("topics"),
        max_length=200,
        blank=True,
        validators=[RegexValidator(KEYS, _("Write keys with commas between them."))],
        help_text=_("Codes that every request of this form gets, with commas between them."),
    )
    default_office = models.CharField(
        _("office"),
        max_length=40,
        blank=True,
        help_text=_("Gets what no rule below decides. Without it the form cannot be published."),
    )
    default_urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    default_due_days = models.PositiveSmallIntegerField(
        _("answer within working days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DUE_DAYS)],
        help_text=_("Empty: as usual for the urgency."),
    )
    routing = StreamField(
        [("rule", RuleBlock())],
        blank=True,
        collapsed=True,
        verbose_name=_("rules"),
        help_text=_("Tried from top to bottom. The first one that fits decides."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days until erasure"),
        default=USUAL_DAYS,
        validators=[MinValueValidator(KEPT_DAYS[0]), MaxValueValidator(KEPT_DAYS[1])],
        help_text=_("After a request is closed. Say the same in the notice."),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        FieldPanel("steps"),
        FieldPanel("notice"),
        FieldPanel("after"),
    ]
    routing_panels = [
        MultiFieldPanel(
            [
                FieldPanel("default_office", widget=OfficeSelect),
                FieldPanel("default_urgency"),
                FieldPanel("default_due_days"),
            ],
            _("Who gets the answers"),
        ),
        FieldPanel("routing"),
        FieldPanel("retention_days"),
    ]
    facts_panels = [
        FieldPanel("key"),
        MultiFieldPanel([FieldPanel("audience"), FieldPanel("for_whom"), FieldPanel("assisted")], _("For whom")),
        FieldPanel("topics"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Questions")),
            ObjectList(routing_panels, heading=_("Who gets it")),
            ObjectList(facts_panels, heading=_("Facts")),
            ObjectList(BasePage.promote_panels, heading=_("Promote")),
        ]
    )
    base_form_class = PageForm
    parent_page_types = ["services.FormIndexPage"]
    subpage_types: list[str] = []
    FACTS = (
        *("key", "audience", "assisted", "topics"),
        *("default_office", "default_urgency", "default_due_days", "routing", "retention_days"),
    )
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *(SynchronizedField(name, overridable=False) for name in FACTS),
    ]
    template = "services/intake/intake_form_page.html"

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    @property
    def is_source(self) -> bool:
        """Whether this is the German page, where the form is built."""
        return self.locale_id == locale_id_of(SOURCE) and not self.alias_of_id

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; when the page is live, its form is published with it, or neither.

        Raises `FormRefused` when the form must not be published as it is.
        """
        from services.intake.builder_actions import follow_page

        if kwargs.get("update_fields") is not None:  # marks on the live row, perhaps with a draft in memory
            return super().save(*args, **kwargs)
        with transaction.atomic():
            saved = super().save(*args, **kwargs)
            follow_page(page=self)
            return saved

    def permissions_for_user(self, user: Any) -> FormPagePermissions:
        """What somebody may do in the admin (services.intake.builder_permissions)."""
        return FormPagePermissions(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.intake.models import FormVersion, document_of
        from services.intake.presentation import start_page

        context = super().get_context(request, *args, **kwargs)
        version = FormVersion.objects.of(District.objects.for_request(request)).current(self.source.key)
        if version is None:
            raise Http404
        context.update(start_page(document_of(version.pk), get_language() or SOURCE, request.GET))
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The start page, or for whom the form is where this person may not open it."""
        from services.intake.opening import answer

        page = super().serve
        return answer(request, self.source.key, lambda: page(request, *args, **kwargs))

    @classmethod
    def translations_of(cls, keys: set[str]) -> set[UUID]:
        """What the pages of these forms have in common with their translations; no query for no key."""
        return set(cls.objects.filter(key__in=keys).values_list("translation_key", flat=True)) if keys else set()

    @classmethod
    def below(cls, index: FormIndexPage) -> models.QuerySet[IntakeFormPage]:
        """The live form pages below the German source of a list, in the order of the tree."""
        source = index.source
        return cls.objects.filter(
            path__startswith=source.path, depth=source.depth + 1, locale_id=locale_id_of(SOURCE), live=True
        ).order_by("path")


@register_snippet
class FormBlock(TranslatableMixin, models.Model):
    """Questions or sentences that several forms share. A form takes them in whenever it is published."""

    key = models.SlugField(_("key"), max_length=40, help_text=_("The same in all languages. Never changes later."))
    name = models.CharField(_("name"), max_length=120, help_text=_("For editors. People who fill in do not see it."))
    questions = StreamField(QuestionsBlock(), blank=True, verbose_name=_("questions"))
    sentences = StreamField(
        PARAGRAPHS,
        blank=True,
        verbose_name=_("sentences"),
        help_text=_("For the introduction, the notice and the text after sending of several forms."),
    )

    panels = [FieldPanel("name"), FieldPanel("key"), FieldPanel("questions"), FieldPanel("sentences")]
    base_form_class = BlockForm
    override_translatable_fields = [
        SynchronizedField("key", overridable=False),
        SynchronizedField("name", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("reusable block")
        verbose_name_plural = _("reusable blocks")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="services_form_block_once")]

    def __str__(self) -> str:
        return self.name
