"""The types of questions as editors fill them in; what each may say is in `services.intake.question_types`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from services.intake.checking import OPTION_KEY
from services.intake.condition_blocks import ConditionsBlock, KeyBlock
from services.intake.question_types import AUTOCOMPLETE, LONGEST_TEXT, MOST_FILES, USUAL_FILES

SENSITIVITIES = (
    ("none", _("Not personal")),
    ("personal", _("Personal")),
    ("special", _("Specially protected, for example health or danger")),
)


class OptionBlock(blocks.StructBlock):
    """An answer to choose."""

    label = blocks.CharBlock(label=_("Answer"), max_length=200)
    key = KeyBlock(OPTION_KEY.pattern)

    class Meta:
        icon = "radio-full"
        label = _("Answer")
        label_format = "{label}"


class TickBlock(OptionBlock):
    """An answer that can be chosen together with others."""

    exclusive = blocks.BooleanBlock(
        label=_("Excludes the others"), required=False, help_text=_("For example: none of these.")
    )


class QuestionBlock(blocks.StructBlock):
    """What all questions have. The subclasses are the types."""

    label = blocks.CharBlock(label=_("Question"), max_length=300)
    help = blocks.CharBlock(label=_("Help"), required=False, max_length=400, help_text=_("One or two short sentences."))
    required = blocks.BooleanBlock(label=_("Must be answered"), required=False)
    visible_if = ConditionsBlock()
    key = KeyBlock()
    sensitivity = blocks.ChoiceBlock(choices=SENSITIVITIES, default="personal", label=_("How sensitive is it?"))
    store = blocks.BooleanBlock(
        label=_("Keep and send the answer"),
        required=False,
        default=True,
        help_text=_("Without it, the answer only decides what comes next, and is forgotten."),
    )

    class Meta:
        collapsed = True
        label_format = "{label}"
        form_layout = BlockGroup(
            children=["label", "help", "required", "visible_if"], settings=["key", "sensitivity", "store"]
        )


def _layout(*more: str, settings: tuple[str, ...] = ()) -> BlockGroup:
    return BlockGroup(
        children=["label", "help", *more, "required", "visible_if"],
        settings=["key", "sensitivity", "store", *settings],
    )


def _maximum(label: Any, highest: int | None = None) -> blocks.IntegerBlock:
    return blocks.IntegerBlock(required=False, min_value=1, max_value=highest, label=label)


def _prefill() -> blocks.RegexBlock:
    return blocks.RegexBlock(
        regex=r"^(?:[a-z][a-z0-9_]{0,19})?$",
        required=False,
        label=_("Name in links"),
        help_text=_("A link to the form may answer this question under this name; people confirm it."),
    )


class ChoiceQuestionBlock(QuestionBlock):
    """A question with options."""

    options = blocks.ListBlock(OptionBlock(), min_num=1, label=_("Answers"))
    prefill = _prefill()

    class Meta:
        form_layout = _layout("options", settings=("prefill",))


class CheckboxQuestionBlock(QuestionBlock):
    """A question with several answers."""

    options = blocks.ListBlock(TickBlock(), min_num=1, label=_("Answers"))
    max = _maximum(_("Most answers"), 99)
    prefill = _prefill()

    class Meta:
        form_layout = _layout("options", "max", settings=("prefill",))


class ListQuestionBlock(QuestionBlock):
    """A question whose answers the portal knows: municipalities, languages."""

    multiple = blocks.BooleanBlock(label=_("Several answers"), required=False)
    max = _maximum(_("Most answers"), 99)
    prefill = _prefill()

    class Meta:
        form_layout = _layout("multiple", "max", settings=("prefill",))


class TextQuestionBlock(QuestionBlock):
    """A question answered in the person's own words."""

    max = _maximum(_("Most characters"), LONGEST_TEXT)
    autocomplete = blocks.ChoiceBlock(
        choices=[(name, name) for name in sorted(AUTOCOMPLETE)],
        required=False,
        label=_("What the browser may fill in"),
        help_text=_("Choose “off” where somebody else may use the same telephone."),
    )

    class Meta:
        form_layout = _layout("max", settings=("autocomplete",))


class ShortTextBlock(TextQuestionBlock):
    """One line."""

    prefill = _prefill()

    class Meta:
        form_layout = _layout("max", settings=("autocomplete", "prefill"))


class WayQuestionBlock(QuestionBlock):
    """A telephone number or an address of mail."""

    autocomplete = blocks.ChoiceBlock(
        choices=[(name, name) for name in sorted(AUTOCOMPLETE)],
        required=False,
        label=_("What the browser may fill in"),
    )

    class Meta:
        form_layout = _layout(settings=("autocomplete",))


class NumberQuestionBlock(QuestionBlock):
    """A question answered with a whole number."""

    min = blocks.IntegerBlock(required=False, min_value=0, label=_("Lowest number"))
    max = _maximum(_("Highest number"))

    class Meta:
        form_layout = _layout("min", "max")


class DayQuestionBlock(QuestionBlock):
    """A question answered with a day or a month."""

    unknown = blocks.BooleanBlock(
        label=_("Parts may stay empty"), required=False, help_text=_("For people who know only the year or the month.")
    )

    class Meta:
        form_layout = _layout("unknown")


class MonthQuestionBlock(DayQuestionBlock):
    """A question answered with a month."""

    prefill = _prefill()

    class Meta:
        form_layout = _layout("unknown", settings=("prefill",))


class ConsentBlock(QuestionBlock):
    """A box to tick that nobody must tick."""

    version = blocks.RegexBlock(
        regex=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$",
        label=_("Version of the text"),
        help_text=_("Change it with the text, for example 2026-11, so that everybody knows to what people agreed."),
    )

    class Meta:
        form_layout = _layout("version")


class FileQuestionBlock(QuestionBlock):
    """Files to send along. A step of its own."""

    max_files = blocks.IntegerBlock(default=USUAL_FILES, min_value=1, max_value=MOST_FILES, label=_("Most files"))
    accept = blocks.RegexBlock(
        regex=r"^[a-z0-9./*+, -]*$",
        required=False,
        label=_("Kinds of files"),
        help_text=_("With commas between them, for example .pdf, image/*. Empty: all that are allowed."),
    )

    class Meta:
        form_layout = _layout("max_files", settings=("accept",))


class InformationBlock(blocks.StructBlock):
    """Something to read between the questions."""

    label = blocks.TextBlock(label=_("Text"), max_length=600, rows=2)
    help = blocks.TextBlock(label=_("Second sentence"), required=False, max_length=600, rows=2)
    visible_if = ConditionsBlock()
    key = KeyBlock()

    class Meta:
        collapsed = True
        label_format = "{label}"
        form_layout = BlockGroup(children=["label", "help", "visible_if"], settings=["key"])
