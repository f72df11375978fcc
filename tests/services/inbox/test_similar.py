"""Cases of one person find each other by fingerprints that nobody can read; never merged, never counted for others."""

import pytest

from services.inbox import actions, similar
from services.inbox.models import BlindIndex, Case
from tests.services.inbox import desk
from tests.services.inbox.factories import case_of, document, part, send, visitor_of


def known(*contacts):
    """A document with contacts, each (kind, value)."""
    found = document()
    for number, (kind, value) in enumerate(contacts):
        found["entries"].append({"key": f"c{number}", "label": {"de": "x"}, "value": value, "contact": kind})
    return found


def sent(portal, *contacts, office="LRA_IM"):
    return case_of(send(portal, part(portal, office, document=known(*contacts))), office)


def found(portal, case, user=None):
    return {one.case.pk for one in similar.similar_cases(case, user or portal.lena)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("phone", "0176 30023125"), ("phone", "+49 176 300 23125")),
        (("phone", "0049-176/30023125"), ("phone", "+49 (0)176 30023125")),
        (("phone", "٠١٧٦ ٣٠٠٢٣١٢٥"), ("phone", "017630023125")),
        (("email", "Amira@Example.org "), ("email", "amira@example.org")),
        (("email", "ａmira@example.org"), ("email", "amira@example.org")),
    ],
)
def test_one_contact_in_two_spellings_is_the_same_person(ready, one, other):
    first, second = sent(ready, one), sent(ready, other)
    assert found(ready, first) == {second.pk}
    assert found(ready, second) == {first.pk}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("phone", "0176 30023125"), ("phone", "0176 30023126")),
        (("email", "a@example.org"), ("email", "b@example.org")),
        (("email", "kein mail"), ("email", "kein mail")),
        (("phone", "123"), ("phone", "123")),
        (("name", "Amira Ali"), ("name", "Amira Ali")),
        (("email", ""), ("email", "")),
        (("text", "gleich"), ("text", "gleich")),
    ],
)
def test_different_contacts_a_bare_name_and_nonsense_link_nobody(ready, one, other):
    first, second = sent(ready, one), sent(ready, other)
    assert found(ready, first) == found(ready, second) == set()


def test_name_and_contact_together_are_the_strongest_sign(ready):
    first = sent(ready, ("name", "Amira Al-Ali"), ("phone", "0176 30023125"))
    sent(ready, ("name", "ali al amíra"), ("phone", "+4917630023125"))
    sent(ready, ("name", "Jemand Anders"), ("phone", "+4917630023125"))
    signs = sorted(one.signs for one in similar.similar_cases(first, ready.lena))
    assert [len(entry) for entry in signs] == [1, 2] or [len(entry) for entry in signs] == [2, 1]


def test_nothing_readable_is_stored(ready):
    sent(ready, ("email", "amira@example.org"), ("phone", "017630023125"))
    for row in BlindIndex.objects.values():
        assert "amira" not in str(row)
        assert "30023125" not in str(row)


def test_sending_without_contacts_stores_nothing(ready, case):
    assert not BlindIndex.objects.exists()


def test_one_submission_to_two_offices_is_seen_by_members_of_both_alone(ready):
    receipt = send(ready, part(ready, "LRA_IM"), part(ready, "VS_IM"))
    case = case_of(receipt)
    assert found(ready, case) == set()
    ready.lena.memberships.create(office=ready.offices["VS_IM"], valid_from="2020-01-01")
    assert found(ready, case) == {case_of(receipt, "VS_IM").pk}


def test_a_case_that_went_to_another_office_is_no_longer_shown(ready):
    first, second = sent(ready, ("email", "a@example.org")), sent(ready, ("email", "a@example.org"))
    actions.transfer(case=second, by=ready.lena, to=ready.offices["VS_IM"], reason="moved", version=1)
    assert found(ready, first) == set()


def test_withdrawing_takes_the_fingerprints_away(ready):
    receipt = send(ready, part(ready, document=known(("email", "a@example.org"))))
    actions.withdraw(visitor=visitor_of(ready, receipt))
    assert not BlindIndex.objects.exists()
    assert Case.objects.count() == 1


@pytest.mark.parametrize("odd", [None, {}, {"entries": 3}, {"entries": [3, {"contact": "email", "value": ["x"]}]}])
def test_odd_documents_have_no_contacts(ready, odd):
    assert similar.fingerprints(odd) == set()


def test_a_flood_of_contacts_is_cut_off(ready):
    many = known(*(("email", f"a{number}@example.org") for number in range(300)))
    assert len(similar.fingerprints(many)) == similar.MOST_CONTACTS


@pytest.mark.ignore_template_errors
def test_the_page_links_the_other_case_and_needs_as_many_queries_for_one_as_for_ten(ready, client):
    first = sent(ready, ("email", "a@example.org"))
    others = [sent(ready, ("email", "a@example.org")) for _ in range(10)]
    client.force_login(ready.lena)
    text = client.get(desk.address(first)).content.decode()
    assert all(desk.address(other) in text for other in others)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ({"type": "tel"}, "phone"),
        ({"type": "email"}, "email"),
        ({"type": "text", "autocomplete": "name"}, "name"),
        ({"type": "text", "autocomplete": "off"}, None),
        ({"type": "textarea"}, None),
    ],
)
def test_the_form_marks_contacts_by_type_and_autocomplete(question, kind):
    from services.intake.entries import _contact

    assert _contact(question).get("contact") == kind
