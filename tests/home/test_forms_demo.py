"""The demo's forms are built as editors build them: the page says what the file says, with blocks by reference."""

from __future__ import annotations

import pytest

from home.demo.forms import NAMES, form_keys, form_source, load_blocks, page_values
from services.intake.builder import source_of
from services.intake.compiler import canonical, compile_form
from services.intake.models import FormBlock, IntakeFormPage


def page_of(key):
    page = IntakeFormPage()
    for name, value in page_values(key, load_blocks()).items():
        field = page._meta.get_field(name)
        setattr(page, name, field.stream_block.to_python(value) if isinstance(value, list) else value)
    return page


@pytest.mark.parametrize("key", form_keys())
def test_the_page_of_a_form_says_what_its_file_says(portal, key):
    written = compile_form(form_source(key), {})
    for step in written["steps"]:
        for question in step["questions"]:
            question["max"] = None if question["type"] == "radio" else question["max"]  # says nothing there
    assert canonical(compile_form(source_of(page_of(key)), {})) == canonical(written)


def test_the_common_blocks_of_the_handbook_are_there_for_editors(portal):
    load_blocks()
    names = " ".join(FormBlock.objects.values_list("name", flat=True))
    assert all(f"C{number} " in names for number in range(1, 7))
    assert set(FormBlock.objects.values_list("key", flat=True)) <= set(NAMES)


def test_the_counselling_form_refers_to_them(portal):
    steps = source_of(page_of("counselling"), shared=True)["steps"]
    used = {question["block"] for step in steps for question in step["questions"] if "block" in question}
    assert {"danger", "actor", "where", "language"} <= used


def test_loading_the_blocks_again_changes_nothing(portal, django_assert_num_queries):
    first = load_blocks()
    with django_assert_num_queries(1):
        assert load_blocks() == first
