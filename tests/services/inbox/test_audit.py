"""The record of who did what: complete, without content, and whoever takes a line away is seen."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from portal.errors import NotAllowed
from portal.models import OutboxMessage, User
from services.inbox import actions, audit, history
from services.inbox.audit_permissions import can_see_audit
from services.inbox.codes import DistrictVerb, Verb
from services.inbox.models import Case, CaseEvent, DistrictEvent, Tombstone
from tests.services.inbox.factories import SECRET_TEXT, answer, case_of, part, send, write
from tests.services.inbox.officer import dana as make_dana

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def dana(ready):
    return make_dana()


@pytest.fixture
def story(ready, receipt):
    """Some life in two offices, vouched for by the district's chain."""
    answer(ready, receipt)
    write(ready, receipt)
    other = send(ready, part(ready, "VS_IM"))
    actions.open_case(case=case_of(other, "VS_IM"), reader=ready.omar)
    audit.anchor_events()
    return ready


def kinds(portal):
    return [(fault.kind, fault.where) for fault in audit.check(portal.district).faults]


def behind_our_back(sql, *values):
    """Somebody with access to the database, past all code of ours."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def raw(case):
    """How a case's id stands in the database."""
    return CaseEvent._meta.get_field("case").get_db_prep_value(case.pk, connection)


def test_what_nobody_touched_is_whole(story):
    report = audit.check(story.district)
    assert report.faults == []
    assert report.cases == 2
    assert report.head.startswith("1:1:")


def test_every_read_and_change_is_a_line_with_the_office_and_nothing_else(story, receipt):
    case = case_of(receipt)
    lines = list(CaseEvent.objects.filter(case_id=case.pk).order_by("seq"))
    assert [line.verb for line in lines] == ["received", "replied", "wrote"]
    assert {line.office_id for line in lines} == {story.offices["LRA_IM"].pk}
    assert SECRET_TEXT not in str([line.meta for line in lines])


def test_anchoring_again_vouches_for_nothing_twice(story):
    assert audit.anchor_events() == 0
    assert DistrictEvent.objects.count() == 1
    send(story)
    assert audit.anchor_events() == 1
    assert kinds(story) == []


def test_a_removed_last_line_shows_with_its_case(story, receipt):
    behind_our_back("DELETE FROM services_caseevent WHERE case_id = %s AND seq = 3", raw(case_of(receipt)))
    assert history.is_intact(case_of(receipt))  # the case's own chain cannot see it
    assert kinds(story) == [("line_missing", receipt.number)]


def test_a_removed_middle_line_shows(story, receipt):
    behind_our_back("DELETE FROM services_caseevent WHERE case_id = %s AND seq = 2", raw(case_of(receipt)))
    assert ("case_chain", receipt.number) in kinds(story)


def test_a_removed_case_with_all_its_lines_shows(story, receipt):
    case = case_of(receipt)
    for table in ("caseevent", "casekey", "message", "note"):
        behind_our_back(f"DELETE FROM services_{table} WHERE case_id = %s", raw(case))  # noqa: S608
    behind_our_back("DELETE FROM services_case WHERE id = %s", raw(case))
    assert kinds(story) == [("line_missing", str(case.pk))]


def test_a_case_that_went_without_a_tombstone_shows(story, receipt):
    case = case_of(receipt)
    Case.objects.filter(pk=case.pk).delete()
    assert kinds(story) == [("case_gone", str(case.pk))]


@pytest.mark.parametrize(
    "change",
    ["verb = 'noted'", "actor_id = 999", "office_id = NULL", "created_at = '2020-01-01 00:00:00+00:00'", "hash = 'x'"],
)
def test_a_changed_line_shows(story, receipt, change):
    behind_our_back(f"UPDATE services_caseevent SET {change} WHERE case_id = %s AND seq = 2", raw(case_of(receipt)))  # noqa: S608
    assert ("case_chain", receipt.number) in kinds(story)


def test_lines_moved_to_another_anchor_show(story):
    send(story)
    audit.anchor_events()
    behind_our_back("UPDATE services_caseevent SET anchor = 2 WHERE anchor = 1 AND seq = 1")
    assert kinds(story)


def test_lines_taken_out_of_their_anchor_show(story):
    behind_our_back("UPDATE services_caseevent SET anchor = NULL WHERE seq = 1")
    assert kinds(story)


def test_a_removed_or_changed_line_of_the_districts_chain_shows(story):
    send(story)
    audit.anchor_events()
    send(story)
    audit.anchor_events()
    behind_our_back("DELETE FROM services_districtevent WHERE seq = 2")
    assert ("district_chain", story.district.name) in kinds(story)


def test_the_cut_off_end_of_the_districts_chain_shows_against_a_copy_of_its_head(story):
    send(story)
    audit.anchor_events()
    head = audit.check(story.district).head
    behind_our_back("UPDATE services_caseevent SET anchor = NULL WHERE anchor = 2")
    behind_our_back("DELETE FROM services_districtevent WHERE seq = 2")
    audit.anchor_events()
    assert [fault.kind for fault in audit.check(story.district, expected_head=head).faults] == ["head_missing"]
    assert not audit.check(story.district, expected_head=audit.check(story.district).head).faults


def test_the_command_says_which_case_and_ends_with_an_error(story, receipt):
    out = io.StringIO()
    call_command("check_audit", stdout=out)
    assert "2 cases" in out.getvalue()
    behind_our_back("DELETE FROM services_caseevent WHERE case_id = %s AND seq = 3", raw(case_of(receipt)))
    with pytest.raises(SystemExit) as ended:
        call_command("check_audit", stdout=out)
    assert ended.value.code == 1
    assert f"line_missing: {receipt.number}, line 3" in out.getvalue()


def test_the_daily_check_is_remembered_and_tells_the_officer_only_of_faults(story, receipt, dana):
    OutboxMessage.objects.all().delete()
    assert audit.check_all() == []
    assert not OutboxMessage.objects.exists()
    behind_our_back("DELETE FROM services_caseevent WHERE case_id = %s AND seq = 3", raw(case_of(receipt)))
    assert len(audit.check_all()) == 1
    audit.check_all()
    mail = OutboxMessage.objects.get()
    assert mail.recipient == dana.email
    assert receipt.number not in mail.subject + mail.body
    checks = DistrictEvent.objects.filter(verb=DistrictVerb.CHECKED).order_by("seq")
    assert [line.meta["faults"] for line in checks] == [0, 1, 1]


def test_an_erased_case_keeps_its_lines_and_its_number(story, receipt):
    case = case_of(receipt)
    actions.erase_case(case=case, why="by_hand", by=story.lena)
    audit.anchor_events()
    assert kinds(story) == []
    assert CaseEvent.objects.filter(case_id=case.pk).order_by("seq").last().verb == Verb.ERASED
    assert CaseEvent.objects.about_number(receipt.number[4:]).count() == 4


# After a year ---------------------------------------------------------------------------------------------------


def test_lines_go_after_a_year_and_the_rest_stays_provable(story, receipt):
    start = timezone.now()
    before = CaseEvent.objects.count()
    with time_machine.travel(start + timedelta(days=364), tick=False):
        assert audit.erase_old_events() == 0
        write(story, receipt)
        audit.anchor_events()
    with time_machine.travel(start + timedelta(days=365, minutes=5), tick=False):
        assert audit.count_old_events(at=timezone.now()) == before
        assert audit.erase_old_events() == before + 1
        assert audit.erase_old_events() == 0
        assert kinds(story) == []
        assert CaseEvent.objects.count() == 1
        write(story, receipt)
        audit.anchor_events()
        assert kinds(story) == []
        behind_our_back("DELETE FROM services_caseevent WHERE seq = 5")
        assert ("line_missing", receipt.number) in kinds(story)


def test_old_lines_are_not_taken_away_early_by_hand_unseen(story, receipt):
    behind_our_back("DELETE FROM services_caseevent WHERE case_id = %s AND seq = 1", raw(case_of(receipt)))
    assert ("case_chain", receipt.number) in kinds(story)


# The page -------------------------------------------------------------------------------------------------------


def test_the_officer_sees_who_did_what_and_no_content(story, receipt, dana, client):
    client.force_login(dana)
    response = client.get(reverse("audit"))
    text = response.content.decode()
    assert response.status_code == 200
    assert receipt.number in text
    assert "Lena" in text
    assert SECRET_TEXT not in text
    assert "no-store" in response["Cache-Control"]
    assert client.get(reverse("case", args=[case_of(receipt).pk])).status_code in {302, 403}
    assert client.get(reverse("inbox")).status_code in {302, 403}
    assert not Case.objects.visible_to(dana).exists()


def test_looking_is_recorded_before_it_is_shown(story, dana, client):
    client.force_login(dana)
    client.get(reverse("audit"), {"number": "7f3k29", "verb": "read"})
    line = DistrictEvent.objects.get(verb=DistrictVerb.AUDIT_READ)
    assert line.actor == dana
    assert line.meta == {"page": 1, "filters": {"number": "7F3K-29", "verb": "read"}}
    assert gettext("record read") in client.get(reverse("audit")).content.decode()


@pytest.mark.parametrize("name", ["lena", "omar", "yasmin", "eva", "tarik", "ada"])
def test_nobody_else_sees_it_not_even_an_administrator(story, client, name):
    person = getattr(story, name)
    client.force_login(person)
    assert not can_see_audit(person)
    assert client.get(reverse("audit")).status_code in {302, 403}
    assert client.post(reverse("audit_check")).status_code in {302, 403}
    with pytest.raises(NotAllowed):
        audit.check_now(district=story.district, by=person)
    assert not DistrictEvent.objects.exclude(verb=DistrictVerb.ANCHORED).exists()


def test_a_dismissed_officer_sees_nothing(story, dana):
    dana.is_active = False
    assert not can_see_audit(dana)
    assert not can_see_audit(User(username="nobody"))


def test_filters_narrow_down(story, receipt, dana, client):
    client.force_login(dana)
    other = Case.objects.get(office__code="VS_IM").submission.number
    for filters, there, gone in (
        ({"person": str(story.omar.pk)}, other, receipt.number),
        ({"office": str(story.offices["LRA_IM"].pk)}, receipt.number, other),
        ({"verb": "replied"}, receipt.number, other),
        ({"number": receipt.number.lower().replace("-", " ")}, receipt.number, other),
        ({"person": "none", "verb": "wrote"}, receipt.number, other),
    ):
        rows = (
            client.get(reverse("audit"), filters)
            .content.decode()
            .split('<tbody role="rowgroup">')[1]
            .split("</tbody")[0]
        )
        assert there in rows, filters
        assert gone not in rows, filters
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert '<tbody role="rowgroup">' not in client.get(reverse("audit"), {"start": tomorrow}).content.decode()
    assert (
        '<tbody role="rowgroup">'
        in client.get(reverse("audit"), {"end": timezone.localdate().isoformat()}).content.decode()
    )


@pytest.mark.parametrize(
    "filters",
    [
        {"person": "x' OR 1=1"},
        {"office": "999999999999999999999"},
        {"start": "gestern"},
        {"end": "9999-12-31"},
        {"number": "<script>"},
        {"number": "%" * 40},
        {"p": "-1"},
        {"p": "x"},
        {"verb": "\x00"},
    ],
)
def test_nonsense_in_the_filters_breaks_nothing(story, dana, client, filters):
    client.force_login(dana)
    response = client.get(reverse("audit"), filters)
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_a_colleague_with_a_hostile_name_is_only_text(story, receipt, dana, client):
    User.objects.filter(pk=story.lena.pk).update(first_name="<img src=x onerror=alert(1)>", last_name="=1+1")
    client.force_login(dana)
    text = client.get(reverse("audit")).content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_the_page_shows_a_broken_chain_and_the_button_checks(story, receipt, dana, client):
    client.force_login(dana)
    assert client.post(reverse("audit_check")).status_code == 302
    assert DistrictEvent.objects.get(verb=DistrictVerb.CHECKED).actor == dana
    behind_our_back(
        "UPDATE services_caseevent SET verb = 'noted' WHERE case_id = %s AND seq = 2", raw(case_of(receipt))
    )
    client.post(reverse("audit_check"))
    text = client.get(reverse("audit")).content.decode()
    assert gettext("not whole") in text
    assert DistrictEvent.objects.filter(verb=DistrictVerb.CHECKED).order_by("-seq")[0].meta["faults"] > 0


def test_the_page_needs_the_same_queries_for_few_lines_and_many(story, dana, client, django_assert_max_num_queries):
    for _ in range(12):
        send(story)
    client.force_login(dana)
    client.get(reverse("audit"))
    with django_assert_max_num_queries(40):
        client.get(reverse("audit"))


def test_a_line_cannot_be_saved_twice(story):
    for model in (CaseEvent, DistrictEvent):
        with pytest.raises(TypeError):
            model.objects.first().save()


def test_record_many_chains_like_record(story, receipt):
    cases = list(Case.objects.all())
    assert history.record_many(cases, Verb.NOTED, actor=story.lena) == 2
    audit.anchor_events()
    assert kinds(story) == []
    assert not Tombstone.objects.exists()
