"""Lena works on a case; what she does changes what it should and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.models import OutboxMessage
from services.directory.models import OfficeMembership
from services.inbox import actions, envelopes, history
from services.inbox.codes import Verb
from services.inbox.models import Case, CaseEvent
from services.inbox.statuses import BY_HAND, CaseStatus
from tests.services.inbox.factories import answer, case_of, visitor_of, write


def verbs(case):
    return list(case.events.values_list("verb", flat=True))


@pytest.fixture
def nora(ready):
    """A colleague of Lena."""
    from portal.models import User

    nora = User.objects.create_user("nora", "nora@example.org", "nora-passwort-123", first_name="Nora")
    OfficeMembership.objects.create(office=ready.offices["LRA_IM"], user=nora, valid_from="2020-01-01")
    return nora


def test_lena_takes_a_case(ready, case):
    taken = actions.take(case=case, user=ready.lena, version=1)
    assert (taken.status, taken.assigned_to, taken.version) == ("assigned", ready.lena, 2)
    assert taken.due_at == case.due_at
    assert verbs(case) == ["received", "taken"]


def test_lena_gives_it_to_nora_who_hears_of_it(ready, case, nora):
    OutboxMessage.objects.all().delete()
    given = actions.assign(case=case, by=ready.lena, to=nora, version=1)
    assert (given.status, given.assigned_to) == ("assigned", nora)
    assert OutboxMessage.objects.get().recipient == nora.email


def test_lena_cannot_give_it_to_omar_of_another_office(ready, case):
    with pytest.raises(actions.NotPossible):
        actions.assign(case=case, by=ready.lena, to=ready.omar, version=1)
    assert Case.objects.get(pk=case.pk).assigned_to is None


def test_given_back_it_is_new_again(ready, case):
    actions.take(case=case, user=ready.lena, version=1)
    back = actions.assign(case=case, by=ready.lena, to=None, version=2)
    assert (back.status, back.assigned_to) == ("received", None)
    assert verbs(case)[-1] == "released"


@pytest.mark.parametrize(("waiting", "status"), [(True, "waiting"), (False, "contacted")])
def test_an_answer_reaches_the_person_and_ends_the_waiting(ready, receipt, case, waiting, status):
    message = answer(ready, receipt, "Bitte kommen Sie", waiting=waiting)
    row = case_of(receipt)
    assert (row.status, row.first_unanswered_at, row.due_at, row.assigned_to) == (status, None, None, ready.lena)
    visitor = visitor_of(ready, receipt)
    read = actions.read_as_visitor(visitor=visitor, case=row)
    assert [item.text for item in read.messages] == ["Bitte kommen Sie"]
    assert read.notes == []
    message.refresh_from_db()
    assert message.read_at is not None
    assert verbs(row) == ["received", "replied"]


def test_an_answer_sends_no_mail(ready, receipt):
    before = OutboxMessage.objects.count()
    answer(ready, receipt)
    assert OutboxMessage.objects.count() == before


def test_a_note_is_for_colleagues_alone(ready, receipt, case):
    actions.add_note(case=case, author=ready.lena, text="Termin mit Dolmetscher", version=1)
    row = case_of(receipt)
    assert [note.text for note in actions.open_case(case=row, reader=ready.lena).notes] == ["Termin mit Dolmetscher"]
    assert actions.read_as_visitor(visitor=visitor_of(ready, receipt), case=row).notes == []
    assert row.first_unanswered_at is not None


@pytest.mark.parametrize("status", BY_HAND)
def test_who_was_called_has_been_answered(ready, case, status):
    row = actions.set_status(case=case, by=ready.lena, status=status, version=1)
    assert (row.status, row.first_unanswered_at, row.due_at) == (status, None, None)
    event = case.events.last()
    assert event.meta == {"old": "received", "new": str(status)}


@pytest.mark.parametrize("status", sorted(set(CaseStatus.values) - {str(s) for s in BY_HAND}) + ["nonsense"])
def test_other_statuses_are_not_set_by_hand(ready, case, status):
    with pytest.raises(actions.NotPossible):
        actions.set_status(case=case, by=ready.lena, status=status, version=1)
    assert Case.objects.get(pk=case.pk).status == "received"


def test_closed_and_opened_again(ready, case):
    closed = actions.close(case=case, by=ready.lena, reason="helped", version=1)
    assert (closed.status, closed.close_reason, closed.due_at) == ("closed", "helped", None)
    assert closed.closed_at is not None
    again = actions.reopen(case=case, by=ready.lena, version=2)
    assert (again.status, again.close_reason, again.closed_at) == ("received", "", None)
    assert again.due_at > timezone.now()
    assert verbs(case) == ["received", "closed", "reopened"]


def test_a_closed_case_is_left_alone(ready, receipt, case):
    actions.close(case=case, by=ready.lena, reason="helped", version=1)
    attempts = [
        lambda: actions.take(case=case, user=ready.lena, version=2),
        lambda: actions.assign(case=case, by=ready.lena, to=None, version=2),
        lambda: answer(ready, receipt),
        lambda: actions.set_status(case=case, by=ready.lena, status="contacted", version=2),
        lambda: actions.close(case=case, by=ready.lena, reason="helped", version=2),
    ]
    for attempt in attempts:
        with pytest.raises(actions.NotPossible):
            attempt()
    assert case_of(receipt).version == 2


def test_an_open_case_is_not_opened_again(ready, case):
    with pytest.raises(actions.NotPossible):
        actions.reopen(case=case, by=ready.lena, version=1)


def test_who_looked_at_an_older_version_changes_nothing(ready, receipt, case, nora):
    actions.take(case=case, user=nora, version=1)
    stale = [
        lambda: actions.take(case=case, user=ready.lena, version=1),
        lambda: actions.assign(case=case, by=ready.lena, to=None, version=1),
        lambda: actions.reply(case=case, author=ready.lena, text="x", language="de", waiting=True, version=1),
        lambda: actions.add_note(case=case, author=ready.lena, text="x", version=1),
        lambda: actions.set_status(case=case, by=ready.lena, status="contacted", version=1),
        lambda: actions.close(case=case, by=ready.lena, reason="helped", version=1),
        lambda: actions.reopen(case=case, by=ready.lena, version=1),
    ]
    for attempt in stale:
        with pytest.raises(actions.Changed):
            attempt()
    row = case_of(receipt)
    assert (row.assigned_to, row.status, row.version, row.messages.count()) == (nora, "assigned", 2, 0)


def test_what_the_person_writes_meanwhile_stops_an_answer_that_does_not_know_it(ready, receipt, case):
    write(ready, receipt, "Ich habe schon etwas gefunden")
    with pytest.raises(actions.Changed):
        actions.reply(case=case, author=ready.lena, text="x", language="de", waiting=True, version=case.version)


def test_reading_is_recorded_each_time_and_changes_nothing_else(ready, case):
    actions.open_case(case=case, reader=ready.lena)
    actions.open_case(case=case, reader=ready.lena)
    assert verbs(case) == ["received", "read", "read"]
    assert case.events.last().actor == ready.lena
    assert Case.objects.get(pk=case.pk).version == 1


def test_reading_marks_what_the_person_wrote_as_read(ready, receipt):
    message = write(ready, receipt)
    assert Case.objects.with_unread().get().has_unread
    actions.open_case(case=case_of(receipt), reader=ready.lena)
    message.refresh_from_db()
    assert message.read_at is not None
    assert not Case.objects.with_unread().get().has_unread


def test_the_history_is_a_chain_in_which_a_changed_line_shows(ready, case):
    actions.take(case=case, user=ready.lena, version=1)
    actions.open_case(case=case, reader=ready.lena)
    assert history.is_intact(case)
    line = case.events.get(seq=2)
    for change in ({"actor": ready.omar}, {"verb": Verb.READ}, {"meta": {"to": 1}}, {"hash": "1:00"}, {"hash": "x"}):
        CaseEvent.objects.filter(pk=line.pk).update(**change)
        assert not history.is_intact(case)
        CaseEvent.objects.filter(pk=line.pk).update(actor=line.actor, verb=line.verb, meta=line.meta, hash=line.hash)
    assert history.is_intact(case)
    CaseEvent.objects.filter(pk=line.pk).delete()
    assert not history.is_intact(case)


def test_a_line_of_the_history_is_never_saved_again(case):
    line = case.events.get()
    line.verb = Verb.READ
    with pytest.raises(TypeError):
        line.save()


def test_a_colleague_who_left_stays_in_the_history(ready, case, nora):
    actions.take(case=case, user=nora, version=1)
    actions.open_case(case=case, reader=nora)
    nora.delete()
    assert history.is_intact(case)
    row = Case.objects.get(pk=case.pk)
    assert row.assigned_to is None


def test_the_overviews_count_what_they_show(ready, receipt, case):
    now = timezone.now()
    counts = Case.objects.visible_to(ready.lena).counts(ready.lena, now)
    assert counts == {"new": 1, "mine": 0, "unanswered": 1, "overdue": 0, "urgent": 0, "open": 1, "closed": 0}
    later = Case.objects.visible_to(ready.lena).counts(ready.lena, now + timedelta(days=20))
    assert later["overdue"] == 1
    answer(ready, receipt)
    counts = Case.objects.visible_to(ready.lena).counts(ready.lena, now + timedelta(days=20))
    assert (counts["mine"], counts["unanswered"], counts["overdue"], counts["new"]) == (1, 0, 0, 0)


def test_a_text_that_was_tampered_with_is_shown_as_such_and_hides_nothing_else(ready, receipt):
    answer(ready, receipt, "gut")
    broken = answer(ready, receipt, "schlecht")
    broken.body_ct = bytes(broken.body_ct)[:-1] + bytes([broken.body_ct[-1] ^ 1])
    broken.save()
    row = case_of(receipt)
    content = envelopes.open_content(row, envelopes.key_for_office(row), with_notes=True)
    assert [item.text for item in content.messages] == ["gut", None]
    assert content.document is not None
