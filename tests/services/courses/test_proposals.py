"""Paula of the adult education centre proposes; Karin decides; nothing is public before."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from wagtail.users.models import UserProfile

from portal.errors import DomainError, NotAllowed
from portal.models import OutboxMessage
from services.courses import proposals, publishing
from services.courses.models import CourseProposal, CourseRun, ProviderAccount
from services.courses.proposal_permissions import can_propose, can_see_proposal
from services.courses.publishing_forms import data_from
from tests.services.courses import factories as make

NOW = datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def karin(portal):
    user = make.course_staff(portal.tarik)
    UserProfile.objects.create(user=user, preferred_language="en")
    return user


@pytest.fixture
def run(portal):
    row = make.run(portal)
    make.rule(row, date(2027, 1, 4), date(2027, 1, 25))
    make.lesson(row, date(2027, 1, 11))
    return row


@pytest.fixture
def paula(portal, run, client):
    user = make.admin_visitor(portal.eva)
    ProviderAccount.objects.create(provider=run.course.provider, user=user)
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


@pytest.fixture
def strange(portal):
    """A run of another provider."""
    other = make.provider(portal, code="verein", name="Verein")
    return make.run(portal, code="cafe-1", of=make.course(portal, code="cafe", provider=other))


def accept(proposal, user):
    return proposals.accept_proposal(proposal=proposal, seen=proposals.stamp_of(proposal), user=user, at=NOW)


def test_paula_sees_her_own_courses_and_no_others(client, paula, run, strange):
    text = client.get("/admin/courses/own/").content.decode()
    assert run.code in text
    assert strange.code not in text
    assert client.get(f"/admin/courses/own/{strange.pk}/", follow=True).status_code == 404
    assert strange.course.code not in client.get(f"/admin/courses/own/new/?from={run.pk}").content.decode()


def test_paula_reaches_none_of_the_offices_screens(client, paula, run):
    for address in ("/admin/courses/publish/", "/admin/courses/changes/", "/admin/courses/proposals/"):
        assert client.get(address).status_code in (302, 403)
    assert client.post("/admin/courses/changes/", {"run": run.pk, "do": "mark_full"}).status_code in (302, 403)
    assert CourseRun.objects.get().places_state == "few"


def test_a_proposed_change_is_no_fact_before_it_is_accepted(client, paula, karin, run):
    data = {"mode": "onsite", "venue": run.venue_id, "status": "confirmed", "capacity_max": 16, "childcare": "onsite"}
    response = client.post(f"/admin/courses/own/{run.pk}/", data | {"places_free": 2, "comment": "Ab Montag"})
    assert response.status_code == 302
    proposal = CourseProposal.objects.get()
    assert proposal.wish == {"places_free": "2", "childcare": "onsite"}
    run.refresh_from_db()
    assert (run.childcare, run.places_free) == ("none", 5)
    accept(proposal, karin)
    run.refresh_from_db()
    assert (run.childcare, run.places_free, run.places_state) == ("onsite", 2, "few")


def test_a_proposed_run_is_published_by_accepting_it(client, paula, karin, run):
    data = data_from(publishing.suggestion_from(run, NOW))
    response = client.post("/admin/courses/own/new/", data | {"do": "publish", "comment": "Bitte bald"})
    assert response.status_code == 302
    assert CourseRun.objects.count() == 1
    new = accept(CourseProposal.objects.get(), karin)
    assert new.previous_run == run
    assert new.rules.get().starts == time(18)


def test_paula_sees_the_preview_of_her_proposal(client, paula, run):
    response = client.get("/admin/courses/own/new/", {"from": run.pk})
    assert response.status_code == 200
    assert 'lang="ar" dir="rtl"' in response.content.decode()
    assert CourseRun.objects.count() == 1


def test_the_office_compares_before_and_after(client, paula, karin, run):
    wish = {"places_free": "2", "childcare": "onsite", "weeks": "1"}
    proposal = proposals.propose_change(run=run, wish=wish, user=paula, comment="Neue Betreuung")
    client.force_login(karin)
    text = client.get(f"/admin/courses/proposals/{proposal.pk}/").content.decode()
    assert "No childcare" in text
    assert "<ins>Childcare in the same house</ins>" in text
    assert "Neue Betreuung" in text


def test_the_office_compares_a_new_run_with_the_last_one(client, paula, karin, run):
    wish = data_from(publishing.suggestion_from(run, NOW)) | {"rule0-starts": "17:00"}
    proposal = proposals.propose_run(course=run.course, wish=wish, user=paula)
    client.force_login(karin)
    text = client.get(f"/admin/courses/proposals/{proposal.pk}/").content.decode()
    assert "abendkurs-b1-1" in text
    assert "<ins>abendkurs-b1-2</ins>" in text
    assert "17:00" in text


def test_what_changed_since_the_comparison_must_be_compared_again(paula, karin, run):
    proposal = proposals.propose_change(run=run, wish={"childcare": "onsite"}, user=paula)
    seen = proposals.stamp_of(proposal)
    CourseRun.objects.update(room="9")
    with pytest.raises(DomainError, match="compare again"):
        proposals.accept_proposal(
            proposal=CourseProposal.objects.select_related("run").get(), seen="0" + seen[1:], user=karin
        )
    assert CourseRun.objects.get().childcare == "none"


def test_a_declined_proposal_tells_paula_why(client, paula, karin, run):
    proposal = proposals.propose_change(run=run, wish={"childcare": "onsite"}, user=paula)
    with pytest.raises(DomainError, match="say why"):
        proposals.decline_proposal(proposal=proposal, reason=" ", user=karin)
    proposals.decline_proposal(proposal=proposal, reason="Der Raum ist zu klein.", user=karin)
    mail = OutboxMessage.objects.get()
    assert mail.recipient == paula.email
    assert "Der Raum ist zu klein." in mail.body
    assert "Der Raum ist zu klein." in client.get("/admin/courses/own/").content.decode()


def test_a_proposal_is_decided_once(paula, karin, run):
    proposal = proposals.propose_change(run=run, wish={"childcare": "onsite"}, user=paula)
    accept(proposal, karin)
    for decide in (lambda: accept(proposal, karin), lambda: proposals.withdraw_proposal(proposal=proposal, user=paula)):
        with pytest.raises(DomainError, match="decided already"):
            decide()
    assert OutboxMessage.objects.count() == 1


def test_paula_withdraws_what_she_no_longer_wishes(client, paula, run):
    proposal = proposals.propose_change(run=run, wish={"childcare": "onsite"}, user=paula)
    client.post(f"/admin/courses/proposals/{proposal.pk}/", {"do": "withdraw"})
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"


def test_paula_decides_nothing_not_even_on_her_own_proposal(client, paula, run):
    proposal = proposals.propose_change(run=run, wish={"childcare": "onsite"}, user=paula)
    response = client.post(
        f"/admin/courses/proposals/{proposal.pk}/", {"do": "accept", "seen": proposals.stamp_of(proposal)}
    )
    assert response.status_code == 403
    with pytest.raises(NotAllowed):
        proposals.decline_proposal(proposal=proposal, reason="x", user=paula)
    assert CourseRun.objects.get().childcare == "none"


def test_nobody_proposes_for_another_provider(portal, paula, strange):
    assert not can_propose(paula, strange.course.provider)
    with pytest.raises(NotAllowed):
        proposals.propose_change(run=strange, wish={"childcare": "onsite"}, user=paula)
    with pytest.raises(NotAllowed):
        proposals.propose_run(course=strange.course, wish={}, user=paula)
    assert not can_propose(portal.omar)


def test_another_provider_does_not_read_a_proposal(portal, paula, run, strange):
    proposal = proposals.propose_change(run=run, wish={"childcare": "onsite"}, user=paula)
    ProviderAccount.objects.create(provider=strange.course.provider, user=portal.omar)
    assert can_see_proposal(paula, proposal)
    assert not can_see_proposal(portal.omar, proposal)


def test_a_provider_that_is_no_longer_active_proposes_nothing(paula, run):
    run.course.provider.is_active = False
    run.course.provider.save()
    assert not can_propose(paula)


def test_nothing_changed_is_no_proposal(client, paula, run):
    data = {"mode": "onsite", "venue": run.venue_id, "status": "confirmed", "capacity_max": 16, "childcare": "none"}
    response = client.post(f"/admin/courses/own/{run.pk}/", data | {"places_free": 5})
    assert response.status_code == 409
    assert not CourseProposal.objects.exists()


def test_a_proposed_cancellation_is_told_like_any_other(paula, karin, run):
    proposal = proposals.propose_change(run=run, wish={"cancel": "funding"}, user=paula)
    accept(proposal, karin)
    assert CourseRun.objects.get().cancel_reason == "funding"
