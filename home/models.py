"""The start page and the pages that belong to no topic."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.blocks import BodyBlock
from portal.pages import BasePage, RootPage


class TileBlock(blocks.StructBlock):
    """A task on the start page. Its target is a fixed word or a slug, so that it works in every language."""

    label = blocks.CharBlock(label=_("Task"), max_length=80)
    text = blocks.CharBlock(label=_("Explanation"), required=False, max_length=120)
    target = blocks.RegexBlock(
        regex=r"^(finder|courses|letters|emergency|meetings|topic:[a-z0-9-]+|form:[a-z0-9-]+)$",
        label=_("Leads to"),
        help_text=_("finder, courses, letters, emergency, meetings, topic:<slug> or form:<slug>"),
    )

    class Meta:
        icon = "home"
        label = _("Tile")


class HomePage(RootPage):
    """The start page of one language: tasks first, then topics."""

    tiles = StreamField([("tile", TileBlock())], blank=True, verbose_name=_("tasks"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*BasePage.content_panels, FieldPanel("tiles"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        verbose_name = _("start page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from home.welcome import tiles_of, topics_of

        context = super().get_context(request, *args, **kwargs)
        context.update(tiles=tiles_of(self), topics=topics_of(self))
        return context

    def findable_text(self) -> list[str]:
        return [*super().findable_text(), *self.body.stream_block.get_searchable_content(self.body)]


class GeneralPage(BasePage):
    """A page that belongs to no topic: imprint, privacy, about, easy language, sign language."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.GeneralPage"]

    class Meta:
        verbose_name = _("general page")

    def findable_text(self) -> list[str]:
        return [*super().findable_text(), *self.body.stream_block.get_searchable_content(self.body)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["ancestors"] = self.get_ancestors().filter(depth__gt=2)
        return context


class NumberBlock(blocks.StructBlock):
    """A telephone number for emergencies."""

    label = blocks.CharBlock(label=_("Whom you reach"), max_length=120)
    number = blocks.RegexBlock(regex=r"^[0-9 +]{3,20}$", label=_("Number"))
    text = blocks.CharBlock(label=_("When to call"), required=False, max_length=300)
    note = blocks.CharBlock(label=_("Languages"), required=False, max_length=300)

    class Meta:
        icon = "mobile-alt"
        label = _("Number")


class EmergencyPage(BasePage):
    """The numbers to call in danger; linked from the head of every page."""

    numbers = StreamField([("number", NumberBlock())], verbose_name=_("numbers"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*BasePage.content_panels, FieldPanel("numbers"), FieldPanel("body")]
    parent_page_types = ["home.HomePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("emergency page")

    def findable_text(self) -> list[str]:
        spoken = [f"{block.value['label']} {block.value['number']} {block.value['text']}" for block in self.numbers]
        return [*super().findable_text(), *spoken, *self.body.stream_block.get_searchable_content(self.body)]
