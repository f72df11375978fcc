"""Templates for replies: which placeholders they know, how they are filled, who changes them.

`{number}` the number of the request · `{office}` · `{date}` today in the language of the text · `{worker}` the name of
the colleague who writes. Anything else in braces is refused when a template is saved, so that nobody ever reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.errors import require
from portal.languages import SOURCE, fallback_chain, is_known
from portal.templatetags.portal_tags import long_date
from services.directory.models import Office
from services.inbox.beats import NotPossible
from services.inbox.letters import isolated
from services.inbox.models import ReplyTemplate, ReplyText
from services.inbox.permissions import can_edit_templates
from services.inbox.presentation import name_of

if TYPE_CHECKING:
    from portal.models import User
    from services.inbox.models import Case

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
KNOWN = ("number", "office", "date", "worker")
LONGEST = 4000
"""Characters of a template; a message may have more (`forms.MESSAGE_LENGTH`)."""


@dataclass(frozen=True)
class Draft:
    """A template filled for a case. `language` is German where the template has no text in the person's language."""

    text: str = field(repr=False)
    language: str
    german: str = field(repr=False)


def fill(template: ReplyTemplate, case: Case, worker: User) -> Draft:
    """What the template says in the person's language, or the next one of its chain, and in German beside it."""
    texts = {row.language: row.text for row in template.texts.all()}
    german = _filled(template.text, case, worker, SOURCE)
    for code in fallback_chain(case.language):
        if texts.get(code) and code != SOURCE:
            return Draft(_filled(texts[code], case, worker, code), code, german)
    return Draft(german, SOURCE, "")


def _filled(text: str, case: Case, worker: User, code: str) -> str:
    with translation.override(code):
        today = long_date(timezone.localdate())
    facts = {
        "number": case.submission.number,
        "office": case.office.name,
        "date": today,
        "worker": name_of(worker),
    }
    plain = code == SOURCE

    def fact(found: re.Match[str]) -> str:
        value = facts.get(found[1], found[0])
        return value if plain else isolated(value)

    return PLACEHOLDER.sub(fact, text)


def problems(german: str, texts: Mapping[str, str]) -> list[str]:
    """What is wrong with the texts of a template, in words; nothing if all is well."""
    found = [_("Unknown placeholder: {name}").format(name=f"{{{name}}}") for name in unknown(german)]
    wanted = set(PLACEHOLDER.findall(german))
    for code, text in texts.items():
        if text and set(PLACEHOLDER.findall(text)) != wanted:
            found.append(_("{language}: the placeholders differ from the German text.").format(language=code))
    return found


def unknown(text: str) -> list[str]:
    """The placeholders of a text that we do not know."""
    return [name for name in PLACEHOLDER.findall(text) if name not in KNOWN]


@transaction.atomic
def save_template(
    *,
    by: User,
    template: ReplyTemplate,
    texts: Mapping[str, str],
) -> ReplyTemplate:
    """Save a new or changed template with its texts per language; an empty text takes that language away."""
    require(can_edit_templates(by))
    if template.pk:
        require(ReplyTemplate.objects.editable_by(by).filter(pk=template.pk).exists())
    if not by.has_perm("services.change_replytemplate"):
        require(template.office_id is not None and Office.objects.led_by(by).filter(pk=template.office_id).exists())
    if template.office is not None and template.office.district_id != template.district_id:
        raise NotPossible(_("This belongs to another district."))
    if found := problems(template.text, texts):
        raise NotPossible(" ".join(found))
    template.save()
    for code, text in texts.items():
        if not is_known(code) or code == SOURCE:
            continue
        if text.strip():
            ReplyText.objects.update_or_create(template=template, language=code, defaults={"text": text.strip()})
        else:
            ReplyText.objects.filter(template=template, language=code).delete()
    return template
