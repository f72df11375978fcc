"""A whole form on one page: every step, question, answer and condition in words, for reading and for printing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.languages import SOURCE, language
from services.intake import routing
from services.intake.phrases import Teller, sensitivity_name, type_name
from services.intake.wording import choose

KNOWN_STEP = frozenset(("key", "title", "intro", "sensitive", "visible_if", "stop_if", "stop_text", "questions"))
KNOWN_QUESTION = frozenset(
    ("key", "type", "label", "help", "required", "max", "sensitivity", "store", "autocomplete", "visible_if", "options")
)
KNOWN_FORM = frozenset(
    ("schema", "key", "languages", "recipient", "title", "teaser", "intro", "notice", "after", "steps")
)
"""Parts with a place of their own on the page; all others are told by their name at the end."""


def branches_of(document: Mapping[str, Any], code: str, towns: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Template variables of the print view of a document in one of its languages."""
    teller = Teller(document, code, towns)
    return {
        "title": sentence(document.get("title"), code),
        "texts": [
            (label, [sentence(words, code) for words in _list(document.get(name))])
            for name, label in (
                ("teaser", _("In lists")),
                ("intro", _("On the start page")),
                ("notice", _("Before sending")),
                ("after", _("After sending")),
            )
            if _list(document.get(name))
        ],
        "steps": [_step(step, number, teller) for number, step in enumerate(document.get("steps", []), 1)],
        "routing": routing_in_words(document, teller),
        "more": more_of(document, KNOWN_FORM, teller),
    }


def sentence(words: Any, code: str) -> dict[str, Any]:
    """A sentence for a template: its text and, where it is in another language than asked for, which one."""
    if not isinstance(words, Mapping):
        return {"text": str(words or ""), "language": None}
    text, found = choose(words, code)
    return {"text": text.replace("**", ""), "language": language(found) if found and found != code else None}


def routing_in_words(document: Mapping[str, Any], teller: Teller) -> list[str]:
    """Where the answers go, sentence by sentence."""
    fixed = document.get("recipient")
    asked = [key for key in teller.questions if key in routing.DECIDING]
    if fixed:
        told = [_("All answers go to the office with the code %(code)s.") % {"code": fixed}]
    elif asked:
        names = ", ".join(_("“%(text)s”") % {"text": teller.question(key)} for key in asked)
        told = [
            _("The directory's responsibilities decide which office gets the answers. They look at: %(questions)s.")
            % {"questions": names},
            _("Where another body helps better, its door is shown first. Who still wants contact reaches %(code)s.")
            % {"code": routing.COORDINATION},
        ]
    else:
        told = [_("All answers go to the coordination office (%(code)s).") % {"code": routing.COORDINATION}]
    for rule in _rules(document):
        told.append(rule_in_words(rule, teller))
    return told


def rule_in_words(rule: Any, teller: Teller) -> str:
    """One routing rule of the document: its condition, then everything it sets."""
    if not isinstance(rule, Mapping):
        return str(rule)
    names = ("if", "when", "visible_if", "condition", "conditions", "any", "all")
    conditions = [rule[name] if name not in {"any", "all"} else {name: rule[name]} for name in names if rule.get(name)]
    told = teller.condition(conditions)
    sets = [f"{name}: {in_words(value, teller)}" for name, value in rule.items() if name not in names]
    what = ", ".join(sets)
    return _("If %(condition)s: %(what)s") % {"condition": told, "what": what} if told else what


def more_of(part: Mapping[str, Any], known: frozenset[str], teller: Teller) -> list[tuple[str, str]]:
    """Parts that this page has no words for, with what is in them; routing rules are told elsewhere."""
    return [
        (name, in_words(value, teller))
        for name, value in part.items()
        if name not in known and name not in {"routing", "rules"} and value not in (None, "", [], {}, False)
    ]


def in_words(value: Any, teller: Teller) -> str:
    """Any value of a document without brackets and quotation marks of programs."""
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, Mapping):
        if SOURCE in value:
            return teller.text(value)
        if isinstance(value.get("question"), str) or set(value) <= {"any", "all"}:
            return teller.condition(value)
        return ", ".join(f"{name}: {in_words(inner, teller)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(in_words(inner, teller) for inner in value)
    return str(value)


def _rules(document: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for name in ("routing", "rules"):
        part = document.get(name)
        if isinstance(part, Mapping):
            inner = part.get("rules")
            found += inner if isinstance(inner, list) else []
            rest = {key: value for key, value in part.items() if key != "rules" and value}
            found += [rest] if rest else []
        elif isinstance(part, list):
            found += part
    return found


def _step(step: Mapping[str, Any], number: int, teller: Teller) -> dict[str, Any]:
    code = teller.code
    return {
        "number": number,
        "key": step.get("key", ""),
        "title": sentence(step.get("title"), code),
        "intro": [sentence(words, code) for words in _list(step.get("intro"))],
        "only_if": teller.only_if(step.get("visible_if")),
        "sensitive": bool(step.get("sensitive")),
        "stop": teller.condition(step.get("stop_if")),
        "stop_text": [sentence(words, code) for words in _list(step.get("stop_text"))],
        "questions": [_question(question, teller) for question in step.get("questions", [])],
        "more": more_of(step, KNOWN_STEP, teller),
    }


def _question(question: Mapping[str, Any], teller: Teller) -> dict[str, Any]:
    kind, code = str(question.get("type", "")), teller.code
    facts = [type_name(kind)]
    if kind not in {"info", "notice"}:
        facts.append(_("must be answered") if question.get("required") else _("may stay empty"))
        if not question.get("store", True):
            facts.append(_("is not sent"))
    if question.get("max"):
        facts.append(_("at most %(number)s") % {"number": question["max"]})
    if question.get("sensitivity") not in (None, "", "none"):
        facts.append(sensitivity_name(str(question["sensitivity"])))
    return {
        "key": question.get("key", ""),
        "label": sentence(question.get("label"), code),
        "help": sentence(question.get("help"), code),
        "facts": facts,
        "only_if": teller.only_if(question.get("visible_if")),
        "options": [_option(option, code) for option in _list(question.get("options"))],
        "more": more_of(question, KNOWN_QUESTION, teller),
    }


def _option(option: Any, code: str) -> dict[str, Any]:
    if not isinstance(option, Mapping):
        return {"key": str(option), "label": sentence(option, code)}
    return {"key": option.get("key", ""), "label": sentence(option.get("label") or option.get("key"), code)}


def _list(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [value] if value else []
