"""What forms, questions and rules are tied together with: keys, conditions, rules about who gets the answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from services.inbox.statuses import Urgency
from services.intake.checking import KEY
from services.intake.reach import READING
from services.intake.routing_compiler import MOST_DUE_DAYS, RESPONSIBLE

COMPARISONS = (
    ("is", _("is")),
    ("is_not", _("is not")),
    ("any_of", _("is one of")),
    ("before", _("is before (date or month)")),
    ("after", _("is after (date or month)")),
    ("within_days", _("is at most so many days away (date)")),
)
VALUES = r"^(?:[A-Za-z0-9_-]+(?:\s*,\s*[A-Za-z0-9_-]+)*|[+-]\d{1,4} (?:days|months|years))$"
"""Option keys, separated by commas; or a day, a month or a distance from today (`services.intake.conditions`)."""

KEYS = rf"^(?:{KEY.pattern}(?:\s*,\s*{KEY.pattern})*)?$"
"""Keys of questions, separated by commas."""


class KeyBlock(blocks.RegexBlock):
    """A name that never changes and is never translated. Made from the label where it is left empty."""

    def __init__(self, shape: str = KEY.pattern, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("Key"))
        kwargs.setdefault(
            "help_text",
            _("The name under which answers are kept. Leave it empty to have one made. Do not change it later."),
        )
        kwargs.setdefault(
            "error_messages", {"invalid": _("A key begins with a letter and has only a to z, 0 to 9 and _.")}
        )
        super().__init__(regex=f"^(?:{shape})$", **kwargs)
        self.field.widget.attrs.update({"data-lotse-key": "", "autocomplete": "off", "spellcheck": "false"})


class QuestionKeyBlock(KeyBlock):
    """An earlier question. The script beside it offers the questions that stand above."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("shape", rf"{KEY.pattern}|{READING}")
        kwargs.setdefault("required", True)
        kwargs.setdefault("label", _("Earlier question"))
        kwargs.setdefault("help_text", _("A question that comes before this place. Without scripts: its key."))
        super().__init__(**kwargs)
        self.field.widget.attrs.pop("data-lotse-key")
        self.field.widget.attrs["data-controller"] = "lotse-question"


class AnswersBlock(blocks.RegexBlock):
    """The answers a condition asks for. The script beside it offers those of the chosen question."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Answer"))
        kwargs.setdefault(
            "help_text",
            _("Keys of answers with commas between them. For a date: 2026-03-27, 2026-03, today or +7 days."),
        )
        kwargs.setdefault(
            "error_messages", {"invalid": _("Write keys of answers with commas between them, for example: yes, no")}
        )
        super().__init__(regex=VALUES, **kwargs)
        self.field.widget.attrs.update({"data-controller": "lotse-answers", "autocomplete": "off"})


class ConditionBlock(blocks.StructBlock):
    """An earlier answer that must be given."""

    question = QuestionKeyBlock()
    comparison = blocks.ChoiceBlock(choices=COMPARISONS, default="is", label=_("Comparison"))
    answers = AnswersBlock()

    class Meta:
        icon = "list-ul"
        label = _("Condition")
        label_format = "{question} {comparison} {answers}"


class ConditionsBlock(blocks.StructBlock):
    """When something is shown: always, if all conditions are true, or if one of them is."""

    match = blocks.ChoiceBlock(
        choices=[("all", _("All conditions must be true")), ("any", _("One condition must be true"))],
        default="all",
        label=_("If there are several"),
    )
    conditions = blocks.ListBlock(ConditionBlock(), default=[], label=_("Conditions"), required=False)

    class Meta:
        icon = "view"
        label = _("Show only if")
        collapsed = True
        label_format = "{conditions}"


def paragraphs(label: Any, help_text: Any = "", **kwargs: Any) -> blocks.ListBlock:
    """A list of short paragraphs."""
    item = blocks.TextBlock(label=_("Paragraph"), max_length=600, rows=2)
    return blocks.ListBlock(item, label=label, help_text=help_text, default=[], required=False, **kwargs)


def offices() -> list[tuple[str, str]]:
    """Offices that take cases, by code; all districts of the installation, checked when a form is published."""
    from services.directory.models import Office

    rows = Office.objects.filter(takes_cases=True, is_active=True).order_by("name")
    return [(RESPONSIBLE, str(_("As the responsibility rules say"))), *rows.values_list("code", "name")]


class RuleBlock(blocks.StructBlock):
    """Who gets the answers, how soon somebody must react."""

    when = ConditionsBlock(label=_("If"), collapsed=False)
    office = blocks.ChoiceBlock(choices=offices, default=RESPONSIBLE, label=_("Office"))
    urgency = blocks.ChoiceBlock(choices=Urgency.choices, default=Urgency.NORMAL, label=_("Urgency"))
    due_days = blocks.IntegerBlock(
        required=False,
        min_value=1,
        max_value=MOST_DUE_DAYS,
        label=_("Answer within working days"),
        help_text=_("Empty: as usual for the urgency."),
    )

    class Meta:
        icon = "redirect"
        label = _("Rule")
        collapsed = True
        label_format = "{office} {urgency}"
