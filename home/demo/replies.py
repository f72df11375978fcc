"""The demo's reply templates: German from `replies/`, other languages from the catalogues like all other content.

Only the texts are read by people from outside; the names stay German, because colleagues read them.
"""

from __future__ import annotations

from home.demo.words import catalogue, sources
from portal.languages import LANGUAGES, SOURCE
from portal.models import District
from services.inbox.models import ReplyTemplate, ReplyText
from services.inbox.reply_templates import problems


def load(district: District) -> None:
    """Make or refresh the templates; a text that no catalogue has yet is left out, and one with other placeholders."""
    known = {entry.code: catalogue(entry.code) for entry in LANGUAGES if entry.code != SOURCE}
    texts = []
    for entry in sources()["replies/replies"]["templates"]:
        german = entry["text"].strip()
        template, _created = ReplyTemplate.objects.update_or_create(
            district=district,
            code=entry["code"],
            defaults={"purpose": entry["purpose"], "name": entry["staff_name"], "text": german, "office": None},
        )
        for code, words in known.items():
            text = words.get(entry["text"], "").strip()
            if text and not problems(german, {code: text}):
                texts.append(ReplyText(template=template, language=code, text=text))
    ReplyText.objects.bulk_create(
        texts, update_conflicts=True, unique_fields=["template", "language"], update_fields=["text"]
    )
