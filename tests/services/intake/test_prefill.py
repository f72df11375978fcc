"""What an address brings along is shown to be confirmed, never more than a form asks and never unchecked."""

from __future__ import annotations

import pytest

from services.intake.actions import publish
from services.intake.forms import step_form
from services.intake.presentation import office_shown, told
from tests.services.intake.factories import Walker, compiled, know_who_helps, open_form, question, step

KIND = question("kind", options=[{"key": "a", "label": "A"}, {"key": "b", "label": "B"}], prefill="kind")
NAME = question("name", "text", max=20, prefill="course", visible_if=[{"question": "kind", "is": "b"}])
DOCUMENT = compiled(step("a", KIND, NAME, question("secret", "text")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "a"}, {"kind": "a"}),
        ({"kind": "z"}, {}),
        ({"course": "Abendkurs"}, {"kind": "b", "name": "Abendkurs"}),
        ({"course": "Abendkurs", "kind": "a"}, {"kind": "a", "name": "Abendkurs"}),
        ({"course": "x" * 21}, {}),
        ({"course": "eins\nzwei"}, {"kind": "b", "name": "eins zwei"}),
        ({"course": "a\u202eb\x00"}, {"kind": "b", "name": "ab"}),
        ({"secret": "x"}, {}),
        ({}, {}),
    ],
)
def test_only_what_the_form_allows_and_what_can_be_true(query, found):
    assert told(DOCUMENT, query) == found


def test_it_waits_unconfirmed_and_the_person_may_change_it(portal, client):
    open_form(portal, DOCUMENT)
    person = Walker(client, key="small").start(course="<b>Kurs</b>")
    html = person.get("a").content.decode()
    assert "&lt;b&gt;Kurs&lt;/b&gt;" in html
    assert not person.store().kept.answers
    person.post("a", shown=["kind", "name", "secret"], kind="a", name="", secret="")
    assert person.store().kept.answers["kind"] == "a"
    assert "name" not in person.store().journey.purged()


def test_the_office_is_shown_as_soon_as_it_is_sure(portal, client):
    towns = question("ags", "municipality", required=True)
    phases = [{"key": "AU", "label": "AU"}, {"key": "VU", "label": "VU"}]
    document = compiled(
        step("a", towns, question("phase", options=phases, required=True)),
        step("b", question("who", "office"), question("x")),
    )
    open_form(portal, document)
    person = Walker(client, key="small").start()
    person.post("a", shown=["ags", "phase"], ags="08326074", phase="AU")
    page = person.get("b")
    assert portal.offices["VS_IM"].name in page.content.decode()
    store = person.store()
    form = step_form(store.document, "a", "de", list)(answers=store.kept.answers)
    assert office_shown(store, form) is None


def test_the_quick_page_leads_to_the_long_form_for_barriers_where_there_is_one(portal, client):
    know_who_helps(portal)
    assert "/forms/feedback/" not in client.get("/de/feedback/?page=/de/courses/").content.decode()
    publish(district=portal.district, key="feedback", document={**DOCUMENT, "key": "feedback"})
    html = client.get("/de/feedback/?page=/de/courses/").content.decode()
    assert "/de/forms/feedback/?type=barrier&amp;page=/de/courses/" in html
