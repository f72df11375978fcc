"""The demo's reply templates: useful, complete, loaded once however often."""

from __future__ import annotations

import pytest

from home.demo import replies
from home.demo.words import all_strings, sources
from services.inbox.models import ReplyTemplate, ReplyText
from services.inbox.reply_templates import problems
from services.inbox.statuses import ReplyPurpose

TEMPLATES = sources()["replies/replies"]["templates"]


def test_loading_twice_makes_each_template_once(portal):
    replies.load(portal.district)
    counts = (ReplyTemplate.objects.count(), ReplyText.objects.count())
    replies.load(portal.district)
    assert (ReplyTemplate.objects.count(), ReplyText.objects.count()) == counts
    assert counts[0] == len(TEMPLATES) >= 12


def test_there_is_a_template_for_every_purpose():
    assert {entry["purpose"] for entry in TEMPLATES} == set(ReplyPurpose.values)


@pytest.mark.parametrize("entry", TEMPLATES, ids=lambda entry: entry["code"])
def test_the_placeholders_are_known_and_the_sentences_short(entry):
    assert problems(entry["text"], {}) == []
    sentences = entry["text"].replace("?", ".").replace("!", ".").replace("\n", ".").split(".")
    assert max(len(sentence.split()) for sentence in sentences) <= 15


def test_translators_find_each_text_once_and_no_internal_name():
    strings = all_strings()
    for entry in TEMPLATES:
        assert entry["text"] in strings
        assert entry["staff_name"] not in strings or strings[entry["staff_name"]] != "replies/replies"
