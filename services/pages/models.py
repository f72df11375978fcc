"""Topics and service pages: words per language. Facts of a service page are read from its German source."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import TranslatableMixin
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.models import register_snippet
from wagtail_localize.fields import SynchronizedField

from portal.blocks import PLAIN, PROSE, LinkBlock, PictureBlock, QuestionBlock
from portal.pages import BasePage

__all__ = ["ServicePage", "Term", "TopicPage"]


class Icon(models.TextChoices):
    """The drawings a topic can have; each is a file `icons/<value>.svg` inlined by its template."""

    HOME = "home", _("Arrival")
    ASYLUM = "asylum", _("Asylum")
    MONEY = "money", _("Money")
    HEALTH = "health", _("Health")
    SCHOOL = "school", _("School")
    HOUSE = "house", _("Housing")
    WORK = "work", _("Work")
    LANGUAGE = "language", _("Language")
    FAMILY = "family", _("Family")
    LETTER = "letter", _("Letter")


class TopicPage(BasePage):
    """One of the subjects people come with: asylum, benefits, health, school, housing, work, German."""

    icon = models.CharField(_("icon"), max_length=12, choices=Icon.choices, default=Icon.HOME)
    intro = RichTextField(_("introduction"), features=PROSE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("icon"), FieldPanel("intro")]
    template = "services/pages/topic_page.html"
    parent_page_types = ["home.HomePage"]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("icon", overridable=False),
    ]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def findable_text(self) -> list[str]:
        return [*super().findable_text(), get_text_for_indexing(self.intro)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.pages.translated import children_in

        context = super().get_context(request, *args, **kwargs)
        context["services"] = children_in(self, ServicePage)
        return context


@register_snippet
class Term(TranslatableMixin, index.Indexed, models.Model):
    """A German word people will meet on letters, explained."""

    slug = models.SlugField(_("slug"), max_length=60)
    term = models.CharField(_("German word"), max_length=80)
    explanation = models.TextField(_("explanation"), max_length=400)

    panels = [FieldPanel("slug"), FieldPanel("term"), FieldPanel("explanation")]
    search_fields = [index.AutocompleteField("term"), index.FilterField("locale_id")]
    override_translatable_fields = [
        SynchronizedField("slug", overridable=False),
        SynchronizedField("term", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("term")
        verbose_name_plural = _("glossary")
        ordering = ["term"]
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="services_term_slug_once")]

    def __str__(self) -> str:
        return self.term


class PaperBlock(blocks.StructBlock):
    """A paper to bring. Its German name is shown beside every translation, as people must recognise it."""

    name = blocks.CharBlock(label=_("Name of the paper"), max_length=120)
    note = blocks.CharBlock(label=_("Note"), required=False, max_length=240)
    kind = blocks.ChoiceBlock(
        label=_("Form"),
        choices=[("original", _("Original")), ("copy", _("Copy is enough")), ("optional", _("If you have it"))],
        default="original",
    )

    class Meta:
        icon = "doc-full"
        label = _("Paper")


class StepBlock(blocks.StructBlock):
    """One thing to do."""

    text = blocks.RichTextBlock(features=PLAIN, label=_("Step"))

    class Meta:
        icon = "list-ol"
        label = _("Step")


class DeadlineBlock(blocks.StructBlock):
    """Until when something must be done."""

    label = blocks.CharBlock(label=_("What"), max_length=120)
    text = blocks.CharBlock(label=_("Until when"), max_length=240)

    class Meta:
        icon = "date"
        label = _("Deadline")


class ServicePage(BasePage):
    """Something an authority offers, told in the same order on every page (handbook: domain §2.3)."""

    # Words, one text per language.
    cost = models.CharField(_("cost"), max_length=120, blank=True)
    duration = models.CharField(_("duration"), max_length=120, blank=True)
    deadline = models.CharField(_("deadline"), max_length=120, blank=True)
    online = models.CharField(_("online"), max_length=120, blank=True)
    eligibility = RichTextField(_("who is it for?"), features=PROSE, blank=True)
    documents = StreamField([("paper", PaperBlock())], blank=True, verbose_name=_("what to bring"))
    steps = StreamField([("step", StepBlock())], blank=True, verbose_name=_("steps"))
    costs = RichTextField(_("cost in detail"), features=PROSE, blank=True)
    deadlines = StreamField([("deadline", DeadlineBlock())], blank=True, verbose_name=_("deadlines"))
    remedy = RichTextField(_("if you do not agree"), features=PROSE, blank=True)
    questions = StreamField([("question", QuestionBlock())], blank=True, verbose_name=_("questions"))
    links = StreamField([("link", LinkBlock())], blank=True, verbose_name=_("more help"))
    pictures = StreamField([("picture", PictureBlock())], blank=True, verbose_name=_("pictures"))
    terms = StreamField([("term", SnippetChooserBlock(Term))], blank=True, verbose_name=_("glossary"))

    # Facts, read from the German page in every language (see `source`).
    responsible_office = models.ForeignKey(
        "services.Office",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("office that owns the text"),
    )
    contact_points = StreamField(
        [("contact_point", SnippetChooserBlock("services.ContactPoint"))], blank=True, verbose_name=_("contact points")
    )
    form_pages = models.CharField(
        _("forms"), max_length=200, blank=True, help_text=_("Keys of forms, separated by commas, e.g. counselling.")
    )
    related = models.CharField(
        _("related pages"), max_length=300, blank=True, help_text=_("Slugs of pages, separated by commas.")
    )
    legal_basis = models.TextField(_("legal basis"), blank=True, help_text=_("One per line; shown folded."))
    source_label = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    reviewed_on = models.DateField(_("last checked on"), null=True, blank=True)
    review_by = models.DateField(_("check again by"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    FACTS = (
        "responsible_office",
        "contact_points",
        "form_pages",
        "related",
        "legal_basis",
        "source_label",
        "source_url",
        "reviewed_on",
        "review_by",
        "valid_from",
        "valid_to",
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel(name) for name in ("cost", "duration", "deadline", "online")], _("At a glance")),
        *(
            FieldPanel(name)
            for name in (
                "eligibility",
                "documents",
                "steps",
                "costs",
                "deadlines",
                "remedy",
                "questions",
                "links",
                "pictures",
                "terms",
            )
        ),
    ]
    promote_panels = [
        MultiFieldPanel([FieldPanel(name) for name in FACTS], _("Facts, the same in all languages")),
        *BasePage.promote_panels,
    ]
    template = "services/pages/service_page.html"
    parent_page_types = ["services.TopicPage"]
    subpage_types: list[str] = []
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *(SynchronizedField(name, overridable=False) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("service page")
        verbose_name_plural = _("service pages")

    @cached_property
    def is_stale(self) -> bool:
        """Whether the date by which the facts had to be checked again has passed."""
        review_by = self.source.review_by
        return review_by is not None and review_by < timezone.localdate()

    def findable_text(self) -> list[str]:
        rich = [self.eligibility, self.costs, self.remedy]
        streams = [self.documents, self.steps, self.deadlines, self.questions]
        return [
            *super().findable_text(),
            *(get_text_for_indexing(text) for text in rich),
            *(text for stream in streams for text in stream.stream_block.get_searchable_content(stream)),
            *(f"{block.value.term} {block.value.explanation}" for block in self.terms if block.value),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.pages.presentation import facts_of

        context = super().get_context(request, *args, **kwargs)
        context.update(facts_of(self, request))
        return context
