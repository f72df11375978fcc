"""What editors build a form from: steps with questions of every type, reusable blocks among them.

Keys and codes are `RegexBlock`s and choices `ChoiceBlock`s, so no translator ever sees one (handbook: intake §5.1).
Sentences are plain text with `**Wort**` for bold: they become tables of languages, never HTML. Which part of the
compiler's source each block stands for is written in `builder`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup
from wagtail.snippets.blocks import SnippetChooserBlock

from services.intake.condition_blocks import KEYS, ConditionsBlock, KeyBlock, RuleBlock, paragraphs
from services.intake.question_blocks import (
    CheckboxQuestionBlock,
    ChoiceQuestionBlock,
    ConsentBlock,
    DayQuestionBlock,
    FileQuestionBlock,
    InformationBlock,
    ListQuestionBlock,
    MonthQuestionBlock,
    NumberQuestionBlock,
    QuestionBlock,
    ShortTextBlock,
    TextQuestionBlock,
    WayQuestionBlock,
)

__all__ = ["PARAGRAPHS", "SHARED_PARAGRAPHS", "QuestionsBlock", "RuleBlock", "StepBlock"]


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a step or of a reusable block. The name of each child block is the question's type."""

    radio = ChoiceQuestionBlock(icon="radio-full", label=_("One answer, as buttons"), group=_("Choose"))
    checkbox = CheckboxQuestionBlock(icon="check", label=_("Several answers"), group=_("Choose"))
    select = ChoiceQuestionBlock(icon="list-ul", label=_("One answer, as a list"), group=_("Choose"))
    municipality = ListQuestionBlock(icon="home", label=_("Town or municipality"), group=_("Choose"))
    language = ListQuestionBlock(icon="globe", label=_("Language"), group=_("Choose"))
    consent = ConsentBlock(icon="tick-inverse", label=_("Consent"), group=_("Choose"))
    text = ShortTextBlock(icon="pilcrow", label=_("Short text"), group=_("Write"))
    textarea = TextQuestionBlock(icon="doc-full", label=_("Long text"), group=_("Write"))
    tel = WayQuestionBlock(icon="mobile-alt", label=_("Telephone number"), group=_("Write"))
    email = WayQuestionBlock(icon="mail", label=_("E-mail address"), group=_("Write"))
    number = NumberQuestionBlock(icon="order", label=_("Number"), group=_("Write"))
    date = DayQuestionBlock(icon="date", label=_("Date"), group=_("Write"))
    month = MonthQuestionBlock(icon="calendar", label=_("Month"), group=_("Write"))
    time = QuestionBlock(icon="time", label=_("Time of day"), group=_("Write"))
    file = FileQuestionBlock(icon="upload", label=_("Files"), group=_("Write"))
    info = InformationBlock(icon="info-circle", label=_("Information"), group=_("Read"))
    notice = InformationBlock(icon="warning", label=_("Important notice"), group=_("Read"))
    office = InformationBlock(icon="group", label=_("Who gets the answers so far"), group=_("Read"))

    class Meta:
        collapsed = True
        required = False


class SharedBlock(blocks.StructBlock):
    """A reusable block, with what this form leaves out of it."""

    block = SnippetChooserBlock("services.FormBlock", label=_("Block"))
    without = blocks.RegexBlock(
        regex=KEYS, required=False, label=_("Leave out"), help_text=_("Keys of questions, with commas between them.")
    )

    class Meta:
        label_format = "{block}"


class StepQuestionsBlock(QuestionsBlock):
    """The questions of a step; a reusable block may stand among them."""

    shared = SharedBlock(
        icon="snippet",
        label=_("Reusable block"),
        group=_("Reusable"),
        help_text=_("Its questions come in here when the form is published."),
    )


class StepBlock(blocks.StructBlock):
    """One page of the form."""

    title = blocks.CharBlock(label=_("Title of the step"), max_length=120)
    intro = paragraphs(_("Introduction"))
    questions = StepQuestionsBlock(label=_("Questions"))
    visible_if = ConditionsBlock()
    stop_if = ConditionsBlock(label=_("End the form here if"))
    stop_text = paragraphs(
        _("What people read when the form ends here"), help_text=_("Say where they find help instead.")
    )
    sensitive = blocks.BooleanBlock(
        label=_("Sensitive step"), required=False, help_text=_("Shows the button to leave the page quickly.")
    )
    key = KeyBlock(help_text=_("Stands in the address of the step. Leave it empty to have one made."))

    class Meta:
        icon = "form"
        label = _("Step")
        collapsed = True
        label_format = "{title}"
        form_layout = BlockGroup(
            children=["title", "intro", "questions", "visible_if"],
            settings=["key", "sensitive", "stop_if", "stop_text"],
        )


PARAGRAPHS = [("paragraph", blocks.TextBlock(label=_("Paragraph"), max_length=600, rows=2))]
"""Child blocks of a stream of short paragraphs."""

SHARED_PARAGRAPHS = [
    *PARAGRAPHS,
    ("shared", SnippetChooserBlock("services.FormBlock", icon="snippet", label=_("Reusable sentences"))),
]
"""The same for a page, where sentences of a reusable block may stand among them."""
