"""Coordinators make reports, keep them as templates and take them away as files; nobody else gets a number."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from network.meetings.statuses import Answer
from network.needs.statuses import NeedStatus
from network.reports import actions
from network.reports.models import ReportRun, ReportTemplate
from network.reports.periods import Rule, days_of, quarters_between
from network.reports.registry import sources
from portal.errors import DomainError, NotAllowed
from tests.network import factories as network
from tests.network.needs.factories import need

KEPT = "not shown"


@pytest.fixture
def yasmin(portal, client):
    made = network.coordinator(portal)
    client.force_login(portal.yasmin)
    return made


def table(portal, source, rule=Rule.THIS_YEAR, columns=(), **more):
    return actions.make_report(
        district=portal.district, user=portal.yasmin, source=source, columns=columns, rule=rule, form="page", **more
    )


def page(name="network_reports", *args):
    return reverse(name, args=args)


def test_every_rule_gives_its_days():
    today = date(2026, 11, 22)
    expected = {
        Rule.THIS_MONTH: (date(2026, 11, 1), date(2026, 11, 30)),
        Rule.LAST_MONTH: (date(2026, 10, 1), date(2026, 10, 31)),
        Rule.THIS_QUARTER: (date(2026, 10, 1), date(2026, 12, 31)),
        Rule.LAST_QUARTER: (date(2026, 7, 1), date(2026, 9, 30)),
        Rule.THIS_YEAR: (date(2026, 1, 1), date(2026, 12, 31)),
        Rule.LAST_YEAR: (date(2025, 1, 1), date(2025, 12, 31)),
        Rule.NOW: (today, today),
    }
    assert {rule: days_of(rule, today) for rule in expected} == expected
    assert days_of(Rule.LAST_MONTH, date(2026, 1, 5)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert days_of(Rule.LAST_QUARTER, date(2026, 2, 5)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert days_of(Rule.THIS_MONTH, date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert [first for first, _last in quarters_between(date(2025, 11, 3), date(2026, 4, 1))] == [
        date(2025, 10, 1),
        date(2026, 1, 1),
        date(2026, 4, 1),
    ]


def test_needs_leave_without_what_is_unchecked_secret_or_points_at_few(portal, yasmin):
    town = portal.towns["08326017"]
    shown = need(portal, "Kurs fehlt", towns=[town])
    few = need(portal, "Enge", towns=[town], reach="1-4", is_structural=True)
    need(portal, "Neu", status=NeedStatus.NEW)
    need(portal, "Geheim", visibility="coordination")
    made = table(portal, "needs", columns=["code", "towns", "score"])
    assert made.headings == ["Nummer" if "Nummer" in made.headings else "Number", *made.headings[1:]]
    assert [row[0] for row in made.rows] == [shown.code, few.code]
    assert made.rows[0][1:] == ["Furtwangen", 4]
    assert "Furtwangen" not in made.rows[1]


def answers(portal, counts, **more):
    """A meeting that is over, with answers of people of several organisations."""
    meeting = network.meeting(portal, day=timezone.localdate().replace(day=1), **more)
    made = 0
    for (body, answer), number in counts.items():
        for _n in range(number):
            made += 1
            who = network.member(portal, organisation=network.organisation(portal, body))
            seat = "confirmed" if answer == Answer.YES else "none"
            invitation, _token = network.invited(meeting, who, answer=answer)
            invitation.rsvp.seat = seat
            invitation.rsvp.save()
    return meeting


def attendance_rows(portal):
    made = table(portal, "attendance", Rule.THIS_QUARTER)
    return {row[1]: row[2:] for row in made.rows}, made


@pytest.mark.usefixtures("_late_in_the_quarter")
def test_small_numbers_of_an_organisation_are_kept_back_with_what_would_give_them_away(portal, yasmin):
    answers(
        portal,
        {
            ("Stadt", Answer.YES): 9,
            ("Stadt", Answer.NO): 2,
            ("Verein", Answer.YES): 8,
            ("Verein", Answer.NO): 7,
            ("Schule", Answer.YES): 20,
            ("Schule", Answer.NO): 9,
        },
    )
    rows, made = attendance_rows(portal)
    assert rows["Schule"] == [29, 20, 9, 0]
    assert rows["Stadt"][2] == rows["Stadt"][1] == rows["Verein"][2] == _word()
    assert made.note


@pytest.fixture
def _late_in_the_quarter():
    import time_machine

    with time_machine.travel(datetime(2026, 12, 20, 12, tzinfo=UTC), tick=True):
        yield


def _word():
    from django.utils.translation import gettext

    return gettext(KEPT)


@pytest.mark.usefixtures("_late_in_the_quarter")
def test_leaving_columns_out_shows_nothing_more(portal, yasmin):
    answers(portal, {("Stadt", Answer.YES): 9, ("Stadt", Answer.NO): 2})
    whole = table(portal, "attendance", Rule.THIS_QUARTER)
    part = table(portal, "attendance", Rule.THIS_QUARTER, columns=["organisation", "came"])
    assert part.rows[0][2] == whole.rows[0][whole.codes.index("came")] == _word()


def test_what_counts_people_is_made_for_whole_quarters_only(portal, yasmin):
    for rule in (Rule.LAST_MONTH, Rule.FIXED, Rule.NOW):
        with pytest.raises(DomainError):
            table(portal, "attendance", rule, days=(date(2026, 1, 1), date(2026, 1, 2)))
    for days in ((None, None), (date(2026, 2, 1), date(2026, 1, 1))):
        with pytest.raises(DomainError):
            table(portal, "needs", Rule.FIXED, days=days)


def test_every_report_can_be_made_of_nothing(portal, yasmin):
    for source in sources(portal.yasmin, portal.district):
        rule = {"days": Rule.LAST_MONTH, "quarters": Rule.LAST_YEAR, "now": Rule.NOW}[source.periods]
        assert table(portal, source.code, rule).headings, source.code
    codes = {source.code for source in sources(portal.yasmin, portal.district)}
    wanted = {"needs", "meetings", "attendance", "course-demand", "requests-topic", "requests-town", "freshness"}
    assert wanted <= codes


def test_a_coordinator_keeps_a_template_and_makes_it_again_with_one_click(client, portal, yasmin):
    need(portal, "=HYPERLINK(0)", created_at=timezone.now())
    assert client.get(page()).status_code == 200
    assert client.get(page("network_report_new", "needs")).status_code == 200
    sent = {"columns": ["code", "title", "reported"], "rule": "this_year", "name": "Offene Bedarfe", "do": "keep"}
    assert client.post(page("network_report_new", "needs"), sent).status_code == 302
    kept = ReportTemplate.objects.get()
    assert (kept.columns, kept.rule, kept.made_by) == (["code", "title", "reported"], "this_year", portal.yasmin)
    shown = client.post(page("network_report_run", kept.pk), {"do": "page"})
    assert "=HYPERLINK(0)" in shown.content.decode()
    file = client.post(page("network_report_run", kept.pk), {"do": "csv"})
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][1] == "'=HYPERLINK(0)", "no spreadsheet runs it"
    book = openpyxl.load_workbook(io.BytesIO(client.post(page("network_report_run", kept.pk), {"do": "xlsx"}).content))
    assert len(list(book.active.rows)) == 2
    assert [run.form for run in ReportRun.objects.order_by("pk")] == ["page", "csv", "xlsx"]
    assert all(run.by == portal.yasmin and run.row_count == 1 for run in ReportRun.objects.all())
    assert client.get(page("network_report_edit", kept.pk)).status_code == 200
    assert client.post(page("network_report_drop", kept.pk)).status_code == 302
    assert not ReportTemplate.objects.exists()
    assert ReportRun.objects.count() == 3, "what was made is remembered"


def test_a_report_becomes_paper(client, portal, yasmin):
    need(portal, created_at=timezone.now())
    sent = {"columns": ["code", "title"], "rule": "this_year", "do": "pdf"}
    response = client.post(page("network_report_new", "needs"), sent)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": []},
        {"columns": ["nope"]},
        {"rule": "now"},
        {"rule": "x"},
        {"rule": "fixed"},
        {"rule": "fixed", "first_day": "2026-05-01", "last_day": "2026-04-01"},
        {"rule": "fixed", "first_day": "x", "last_day": "y"},
        {"do": "keep", "name": " "},
        {"do": "keep", "name": "x" * 121},
    ],
)
def test_nonsense_is_refused_and_nothing_is_made(client, portal, yasmin, wrong):
    sent = {"columns": ["code"], "rule": "this_year", "do": "page", **wrong}
    assert client.post(page("network_report_new", "needs"), sent).status_code == 422
    assert not ReportTemplate.objects.exists()
    assert not ReportRun.objects.exists()


def test_two_templates_do_not_share_a_name(client, portal, yasmin):
    sent = {"columns": ["code"], "rule": "this_year", "do": "keep", "name": "Monat"}
    client.post(page("network_report_new", "needs"), sent)
    assert client.post(page("network_report_new", "needs"), {**sent, "name": "MONAT"}).status_code == 422
    assert ReportTemplate.objects.count() == 1


def test_a_row_of_numbers_becomes_the_beginning_of_a_need(client, portal, yasmin):
    from network.reports.registry import source_of
    from network.reports.viewsets import _need_address

    source = source_of("requests-topic")
    made = table(portal, "requests-topic")
    assert _need_address(source, made, ["2026-4", "Wohnen", 24]).startswith("/admin/network_needs/new/?evidence=")


@pytest.mark.parametrize("reader", ["anonymous", "lena", "omar", "eva", "tarik", "member", "foreign", "yasmin", "ada"])
def test_reports_are_for_coordinators(client, portal, reader):
    from tests.network.meetings.test_audience import found_other_district
    from tests.network.needs.factories import member

    network.coordinator(portal)
    kept = ReportTemplate.objects.create(district=portal.district, name="Monat", source="needs", rule="this_year")
    elsewhere = ReportTemplate.objects.create(
        district=found_other_district(portal), name="Fremd", source="needs", rule="this_year"
    )
    if reader == "member":
        client.force_login(member(portal, "Katrin").user)
    elif reader == "foreign":
        client.force_login(member(portal, "Fremd", district=elsewhere.district).user)
    elif reader != "anonymous":
        client.force_login(getattr(portal, reader))
    may = reader in {"yasmin", "ada"}
    for response in (
        client.get(page()),
        client.get(page("network_report_new", "needs")),
        client.get(page("network_report_edit", kept.pk)),
        client.post(page("network_report_run", kept.pk), {"do": "page"}),
    ):
        assert (response.status_code == 200) == may
    for path in (page("network_report_edit", elsewhere.pk), page("network_report_new", "gibt-es-nicht")):
        assert client.get(path).status_code != 200
    assert client.post(page("network_report_run", elsewhere.pk), {"do": "csv"}).status_code != 200
    if not may:
        assert not ReportRun.objects.exists()


def test_numbers_of_requests_are_for_those_who_see_them_in_the_inbox(client, portal):
    network.coordinator(portal)
    client.force_login(portal.ada)
    assert client.get(page("network_report_new", "requests-topic")).status_code != 200
    assert client.get(page("network_report_new", "needs")).status_code == 200
    with pytest.raises(NotAllowed):
        actions.make_report(
            district=portal.district,
            user=portal.ada,
            source="requests-topic",
            columns=(),
            rule=Rule.THIS_YEAR,
            form="csv",
        )
