"""A refusal of the compiler in the editor's words, and at the place in the editor where it can be mended."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import ListBlockValidationError, StreamBlockValidationError, StructBlockValidationError

from portal.errors import DomainError
from portal.languages import language
from services.intake.builder import SENTENCES
from services.intake.reach import FormError

PROBLEMS = {
    "this key is used twice": gettext_lazy("This key is used twice. Give one of the two another key."),
    "this key is reserved": gettext_lazy("This key is taken by the product. Please choose another one."),
    "this key is taken by a part of the date “{key}”": gettext_lazy(
        "This key is taken by a part of the date “{key}”. Please choose another one."
    ),
    "malformed key “{key}”": gettext_lazy("“{key}” cannot be a key. Use a to z, 0 to 9 and _ and begin with a letter."),
    "there is no step": gettext_lazy("The form has no step yet."),
    "there is no question": gettext_lazy("This step has no question yet."),
    "the options are missing": gettext_lazy("This question has no answers to choose from."),
    "the text is missing": gettext_lazy("A text is missing here."),
    "the notice is missing: {rest}": gettext_lazy(
        "The notice is missing. People must read who gets their answers before they send."
    ),
    "the office is missing: {rest}": gettext_lazy(
        "The office is missing. Somebody must get what no rule decides: see “Who gets it”."
    ),
    "the office “{office}” takes no requests": gettext_lazy(
        "The office “{office}” takes no requests at the moment. Please choose another one."
    ),
    "the question “{question}” is unknown or comes later": gettext_lazy(
        "The condition names the question “{question}”, which does not exist or comes later. Choose an earlier one."
    ),
    "the question “{question}” has no option “{option}”": gettext_lazy(
        "The condition names the answer “{option}”, which the question “{question}” does not have."
    ),
    "the question “{question}” is no date, {rest}": gettext_lazy(
        "The question “{question}” is no date, so it cannot be compared with one."
    ),
    "“{day}” is no day, for example {rest}": gettext_lazy(
        "“{day}” is no day. Write for example 2026-05-31, 2026-05, today or +7 days."
    ),
    "within_days needs a number of days": gettext_lazy("Please write a number of days, for example 7."),
    "any_of needs at least one option": gettext_lazy("Please choose at least one answer."),
    "no answers lead to this question": gettext_lazy("Nobody would ever see this question: its conditions never hold."),
    "no answers lead to this step": gettext_lazy("Nobody would ever see this step: its conditions never hold."),
    "no answers lead to this stop": gettext_lazy("The form would never end here: these conditions never hold."),
    "no answers lead to this rule": gettext_lazy("This rule would never decide: its conditions never hold."),
    "a rule needs a condition; {rest}": gettext_lazy("A rule needs a condition. What always holds is set above."),
    "stop_if and stop_text belong together": gettext_lazy(
        "Where the form ends, it needs both: when it ends, and what people then read."
    ),
    "files need a step of their own": gettext_lazy("Files need a step of their own."),
    "a consent needs the version of its text{rest}": gettext_lazy("A consent needs the version of its text."),
    "only one of several ticks can exclude the others": gettext_lazy(
        "Only where several answers are possible can one exclude the others."
    ),
    "must be at most {number} characters": gettext_lazy("At most {number} characters are possible."),
    "must be at most {number}": gettext_lazy("At most {number} is possible."),
    "must be a whole number from {number} up": gettext_lazy("This must be a whole number from {number} up."),
    "must not be below min": gettext_lazy("The highest number is below the lowest one."),
    "the type “{kind}” has no such part": gettext_lazy("This type of question does not have that."),
    "the translation has other {placeholders} than the source": gettext_lazy(
        "The translation must have the same words in curly brackets as the German text, for example {{office}}."
    ),
    "the key was “{key}” before": gettext_lazy(
        "In the published form this had the key “{key}”. Put it back, or make a new question for something new."
    ),
    "this key belonged to a question of the type “{kind}”": gettext_lazy(
        "This key belonged to a question of another type before. Give the new question another key."
    ),
    "there is no block “{block}”": gettext_lazy("The reusable block “{block}” does not exist here."),
    "a reusable block is missing": gettext_lazy("Please choose the reusable block again: it was deleted."),
    "unknown part “{part}”": gettext_lazy("“{part}” is nothing that can stand here."),
    "unknown type “{kind}”": gettext_lazy("There is no question of the type “{kind}”."),
}
"""The compiler's words → the editor's. What is not in here is shown as the compiler says it."""

PARTS = {
    "title": gettext_lazy("title"),
    "teaser": gettext_lazy("teaser"),
    "for_whom": gettext_lazy("for whom"),
    "intro": gettext_lazy("introduction"),
    "notice": gettext_lazy("notice"),
    "after": gettext_lazy("after sending"),
    "label": gettext_lazy("question"),
    "help": gettext_lazy("help"),
    "visible_if": gettext_lazy("condition"),
    "stop_if": gettext_lazy("end of the form"),
    "stop_text": gettext_lazy("end of the form"),
    "office": gettext_lazy("office"),
    "default": gettext_lazy("who gets it"),
}
"""The compiler's names of parts → the editor's."""

_LANGUAGE = re.compile(r" \(([a-z-]+)\)$")
_SHAPES = [
    (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(text))), words) for text, words in PROBLEMS.items()
]


class FormRefused(DomainError):
    """The form was not published: something in it could leave a person stuck or astray. Says what and where."""

    status = 422


def problem_in_words(problem: str) -> str:
    """What is wrong, in the editor's language."""
    for shape, words in _SHAPES:
        if found := shape.fullmatch(problem):
            return str(words).format(**found.groupdict())
    return problem[:1].upper() + problem[1:] + "."


def refusal(page: Any, error: FormError) -> FormRefused:
    """The refusal as a sentence for whoever published from somewhere else than the editor."""
    return FormRefused(
        _("The form “{form}” was not published. {place}: {problem}").format(
            form=page.title, place=place_in_words(page, error.place), problem=problem_in_words(error.problem)
        )
    )


def place_in_words(page: Any, place: str) -> str:
    """Where something is wrong, with the names an editor sees: `Step “Where”, question “Your town”`."""
    names = dict(part.split(" ", 1) for part in place.split(", ") if " " in part)
    words = []
    step = _last(page.steps, names.get("step"))
    if step is not None:
        words.append(_("Step {number} “{title}”").format(number=step + 1, title=page.steps[step].value["title"]))
        position = _question(page.steps[step].value["questions"], names.get("question"))
        if position is not None:
            child = page.steps[step].value["questions"][position]
            title = child.value["block"].name if child.block_type == "shared" else child.value["label"]
            words.append(_("question “{title}” ({key})").format(title=title, key=names["question"]))
    elif "step" in names:
        words.append(_("Step “{key}”").format(key=names["step"]))
    if "option" in names:
        words.append(_("answer “{key}”").format(key=names["option"]))
    if "rule" in names:
        words.append(_("Rule {number}").format(number=names["rule"]))
    last = _LANGUAGE.sub("", place.split(", ")[-1])
    if last in PARTS:
        words.append(str(PARTS[last]))
    if found := _LANGUAGE.search(place):
        words.append(language(found[1]).endonym)
    return ", ".join(words) or _("The form")


def errors_in_editor(page: Any, error: FormError) -> dict[str, ValidationError]:
    """The same for the editor's fields: name of the field → error that Wagtail shows next to the block."""
    parts = error.place.split(", ")
    names = dict(part.split(" ", 1) for part in parts if " " in part)
    message = ValidationError(problem_in_words(error.problem), code="refused")
    step = _last(page.steps, names.get("step"))
    if step is not None:
        return {"steps": StreamBlockValidationError({step: _in_step(page.steps[step].value, parts, names, message)})}
    if parts[0] == "routing":
        rule = int(names.get("rule", 0))
        if 0 < rule <= len(page.routing):
            where = parts[-1] if parts[-1] in {"office", "urgency", "due_days"} else "when"
            inside = message if where != "when" else StructBlockValidationError(non_block_errors=[message])
            return {"routing": StreamBlockValidationError({rule - 1: StructBlockValidationError({where: inside})})}
        return {"default_office": message}
    if "notice" in error.problem and not page.notice:
        return {"notice": StreamBlockValidationError(non_block_errors=[message])}
    field = next((name for name in ("title", "teaser", *SENTENCES) if name in parts), "")
    if field in SENTENCES or "there is no step" in error.problem:
        return {field or "steps": StreamBlockValidationError(non_block_errors=[message])}
    return {field or "key": message}


def _in_step(step: Any, parts: list[str], names: dict[str, str], message: ValidationError) -> ValidationError:
    position = _question(step["questions"], names.get("question"))
    if position is None:
        if "there is no question" in str(message) or "question" in names:
            return StructBlockValidationError({"questions": StreamBlockValidationError(non_block_errors=[message])})
        return _in_struct(step, parts[-1], message)
    child = step["questions"][position]
    if child.block_type == "shared":
        inside: ValidationError = StructBlockValidationError({"block": message})
    elif "option" in names:
        inside = StructBlockValidationError({"options": ListBlockValidationError(non_block_errors=[message])})
    else:
        inside = _in_struct(child.value, parts[-1], message)
    return StructBlockValidationError({"questions": StreamBlockValidationError({position: inside})})


def _in_struct(value: Any, name: str, message: ValidationError) -> ValidationError:
    """At the part of a block that the place names; else at its key, or at its head."""
    if name in {"visible_if", "stop_if"} and name in value:
        return StructBlockValidationError({name: StructBlockValidationError(non_block_errors=[message])})
    if name in {"label", "help", "max", "min", "title", "version"} and name in value:
        return StructBlockValidationError({name: message})
    return StructBlockValidationError(non_block_errors=[message])


def _last(stream: Any, key: str | None) -> int | None:
    """Of two blocks with the same key the second one is the one to change."""
    found = [number for number, block in enumerate(stream) if key and block.value["key"] == key]
    return found[-1] if found else None


def _question(stream: Any, key: str | None) -> int | None:
    found = []
    for number, block in enumerate(stream):
        if block.block_type == "shared":
            shared = block.value["block"]
            keys = {child.value["key"] for child in shared.questions} if shared else set()
        else:
            keys = {block.value["key"]}
        if key in keys:
            found.append(number)
    return found[-1] if found else None
