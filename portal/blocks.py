"""The editors' vocabulary: the blocks that StreamFields of all rooms are made of.

Keys are `RegexBlock`s and choices are `ChoiceBlock`s, never `CharBlock`s: wagtail-localize hands every CharBlock to
the translators (handbook: intake §5.1).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

PLAIN = ["bold", "link", "document-link"]
"""Rich text features within a sentence. Bold marks official German words."""
PROSE = [*PLAIN, "ul", "ol"]
"""Rich text features of running text."""


class ProseBlock(blocks.RichTextBlock):
    """Paragraphs and lists."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", PROSE)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")


class SectionBlock(blocks.StructBlock):
    """A heading with text below it."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = ProseBlock(label=_("Text"))

    class Meta:
        icon = "title"
        label = _("Section")
        template = "blocks/section.html"


class QuestionBlock(blocks.StructBlock):
    """A question that opens to show its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = ProseBlock(label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Question and answer")
        template = "blocks/question.html"


class LinkBlock(blocks.StructBlock):
    """A link to another website, with who publishes it and in which language."""

    label = blocks.CharBlock(label=_("Text of the link"), max_length=120)
    url = blocks.URLBlock(label=_("Address"))
    publisher = blocks.RegexBlock(regex=r"^.{0,80}$", required=False, label=_("Publisher"))
    language = blocks.RegexBlock(regex=r"^[a-z]{2,3}(-[a-z]+)?$", default="de", label=_("Language tag"))

    class Meta:
        icon = "link"
        label = _("Link")


class PictureBlock(blocks.StructBlock):
    """An image with its alternative text; decorative ones say so."""

    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/picture.html"


class BodyBlock(blocks.StreamBlock):
    """What a general page is built from."""

    text = ProseBlock()
    section = SectionBlock()
    question = QuestionBlock()
    link = LinkBlock(template="blocks/link.html")
    picture = PictureBlock()
