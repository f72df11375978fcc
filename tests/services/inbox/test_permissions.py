"""Membership of the office gives access. Nothing else does: not being editor, not being superuser."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from portal.errors import NotAllowed
from services.inbox import actions, permissions
from services.inbox.codes import Verb
from services.inbox.models import Case
from tests.services.inbox.factories import SECRET_TEXT, case_of, part, send, visitor_of

STRANGERS = ["omar", "yasmin", "eva", "tarik", "ada"]
QUESTIONS = [
    permissions.can_read,
    permissions.can_assign,
    permissions.can_reply,
    permissions.can_add_note,
    permissions.can_change_status,
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_lena_may_with_cases_of_her_office(ready, case, question):
    assert question(ready.lena, case)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", STRANGERS)
def test_others_may_not(ready, case, question, name):
    assert not question(getattr(ready, name), case)


@pytest.mark.parametrize("question", QUESTIONS)
def test_nobody_without_an_account_may(case, question):
    assert not question(AnonymousUser(), case)


def test_the_inbox_is_for_members(ready):
    assert permissions.can_use_inbox(ready.lena)
    assert permissions.can_use_inbox(ready.omar)
    assert not any(permissions.can_use_inbox(person) for person in (ready.eva, ready.ada, AnonymousUser()))


@pytest.mark.parametrize("name", STRANGERS)
def test_others_see_no_case_in_any_list_or_count(ready, case, name):
    person = getattr(ready, name)
    visible = Case.objects.visible_to(person)
    assert not visible.exists()
    assert set(visible.counts(person, timezone.now()).values()) == {0}


def test_everybody_sees_the_cases_of_the_own_office_only(ready):
    send(ready, part(ready, "LRA_IM"), part(ready, "VS_IM"))
    assert Case.objects.visible_to(ready.lena).get().office.code == "LRA_IM"
    assert Case.objects.visible_to(ready.omar).get().office.code == "VS_IM"


def test_assignment_gives_no_access(ready, case):
    Case.objects.update(assigned_to=ready.omar)
    assert not Case.objects.visible_to(ready.omar).exists()
    assert not permissions.can_read(ready.omar, case)


@pytest.mark.parametrize("change", ["ended", "not begun", "inactive"])
def test_access_ends_with_the_membership_and_with_the_account(ready, case, change):
    today = timezone.localdate()
    if change == "ended":
        ready.lena.memberships.update(valid_to=today - timedelta(days=1))
    elif change == "not begun":
        ready.lena.memberships.update(valid_from=today + timedelta(days=1))
    else:
        ready.lena.is_active = False
    assert not permissions.can_read(ready.lena, case)
    assert not permissions.can_use_inbox(ready.lena)
    assert not Case.objects.visible_to(ready.lena).exists()


def test_the_last_day_still_counts(ready, case):
    ready.lena.memberships.update(valid_to=timezone.localdate())
    assert permissions.can_read(ready.lena, case)
    assert Case.objects.visible_to(ready.lena, date(2019, 1, 1)).count() == 0


@pytest.mark.parametrize("name", STRANGERS)
def test_no_verb_works_for_others(ready, case, name):
    person = getattr(ready, name)
    attempts = [
        lambda: actions.open_case(case=case, reader=person),
        lambda: actions.take(case=case, user=person, version=1),
        lambda: actions.assign(case=case, by=person, to=person, version=1),
        lambda: actions.reply(case=case, author=person, text="x", language="de", waiting=True, version=1),
        lambda: actions.add_note(case=case, author=person, text="x", version=1),
        lambda: actions.set_status(case=case, by=person, status="contacted", version=1),
        lambda: actions.close(case=case, by=person, reason="helped", version=1),
        lambda: actions.reopen(case=case, by=person, version=1),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    row = Case.objects.get(pk=case.pk)
    assert (row.version, row.status, list(row.events.values_list("verb", flat=True))) == (
        1,
        "received",
        [Verb.RECEIVED],
    )


def test_a_receipt_opens_its_own_case_only(ready, receipt):
    other = case_of(send(ready))
    visitor = visitor_of(ready, receipt)
    with pytest.raises(NotAllowed):
        actions.read_as_visitor(visitor=visitor, case=other)
    with pytest.raises(NotAllowed):
        actions.write_as_visitor(visitor=visitor, case=other, text="x", language="de", message_id=other.pk)


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", ["omar", "yasmin", "eva", "ada"])
def test_others_are_refused_as_if_there_were_no_such_case(ready, case, client, name):
    client.force_login(getattr(ready, name))
    for response in (
        client.get(reverse("case", args=[case.pk])),
        client.post(reverse("case", args=[case.pk]), {"action": "take", "version": 1}),
        client.get(reverse("case", args=[uuid.uuid4()])),
    ):
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
        assert SECRET_TEXT not in response.content.decode()
    assert Case.objects.get().assigned_to is None
    assert case.events.count() == 1


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", ["eva", "ada"])
def test_who_has_no_office_has_no_inbox_in_menu_dashboard_and_address(ready, case, client, name):
    client.force_login(getattr(ready, name))
    home = client.get(reverse("wagtailadmin_home"))
    assert home.status_code == 200
    assert reverse("inbox") not in home.content.decode()
    response = client.get(reverse("inbox"))
    assert response.status_code == 302
    assert response.url == reverse("wagtailadmin_home")


@pytest.mark.ignore_template_errors
def test_members_have_it_in_menu_and_dashboard_with_counts(ready, case, client):
    client.force_login(ready.lena)
    text = client.get(reverse("wagtailadmin_home")).content.decode()
    assert f"{reverse('inbox')}?view=new" in text
    assert "services/inbox.css" in text


def test_without_an_account_the_inbox_asks_to_log_in(ready, case, client):
    for address in (reverse("inbox"), reverse("case", args=[case.pk])):
        response = client.get(address)
        assert response.status_code == 302
        assert "login" in response.url


def test_no_right_of_the_cms_names_cases(ready):
    from django.contrib.auth.models import Permission

    ours = ["case", "message", "note", "casekey", "caseevent", "submission", "officekey", "escrowkey"]
    assert not Permission.objects.filter(content_type__app_label="services", content_type__model__in=ours).exists()


@pytest.mark.reference_index
@pytest.mark.ignore_template_errors
def test_editors_learn_nothing_from_the_usage_of_an_office(ready, case, client):
    from wagtail.models import ReferenceIndex

    assert not ReferenceIndex.objects.filter(base_content_type__model__in=["case", "submission", "officekey"]).exists()
