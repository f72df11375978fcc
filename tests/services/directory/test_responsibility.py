"""Who is responsible for a person: the decision table, its vectors and its boundaries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.directory.responsibility import Question, Row, Unanswerable, decide, end_of_regular_time
from tests.services.directory.factories import (
    BAD_DUERRHEIM,
    BLUMBERG,
    BRAEUNLINGEN,
    DONAUESCHINGEN,
    FACTS,
    FURTWANGEN,
    GUETENBACH,
    KOENIGSFELD,
    LANDRATSAMT,
    LONG_AGO,
    ST_GEORGEN,
    TODAY,
    TOWNS,
    TRIBERG,
    TUTTLINGEN,
    VILLINGEN,
    ask,
    facts_with,
)

VECTORS = [
    ("T01", "VU", VILLINGEN, None, {}, "DRK", "regular", "R4"),
    ("T02", "VU", KOENIGSFELD, None, {"group": "UKRAINE"}, "DRK", "regular", "R4"),
    ("T03", "VU", DONAUESCHINGEN, None, {}, "DRK", "regular", "R4"),
    ("T04", "AU", VILLINGEN, "2025-01-10", {}, "VS_IM", "regular", "R6"),
    ("T05", "AU", ST_GEORGEN, "2024-03-01", {}, "STG_IM", "regular", "R6"),
    ("T06", "AU", KOENIGSFELD, "2024-03-01", {}, "KOE_IM", "regular", "R6"),
    ("T07", "AU", DONAUESCHINGEN, "2024-03-01", {}, "LRA_IM", "regular", "R6"),
    ("T08", "AU", GUETENBACH, "2023-11-23", {}, "LRA_IM", "regular", "R6"),
    ("T10", "AU", VILLINGEN, "2019-05-01", {}, "VS_IM", "aftercare_check", "R8"),
    ("T11", "AU", VILLINGEN, "2019-05-01", {"aftercare_until": date(2027, 1, 31)}, "VS_IM", "aftercare", "R7"),
    ("T12", "AU", BAD_DUERRHEIM, None, {}, "LRA_IM", "clarify_start", "R9"),
    ("T14", "PRIVATE", FURTWANGEN, None, {"group": "UKRAINE"}, "LRA_IM", "regular", "R10"),
    ("T15", "PRIVATE", ST_GEORGEN, None, {"group": "UKRAINE"}, "STG_IM", "regular", "R10"),
    ("T17", "PRIVATE", TRIBERG, None, {"group": "OTHER"}, "REGEL", "refer", "R13"),
    ("T18", "PRIVATE", BLUMBERG, None, {"group": "FAMILY_REUNION"}, "LRA_IM", "regular", "R12"),
    ("T19", "UNKNOWN", VILLINGEN, None, {}, "KOORD", "triage", "R15"),
    ("T21", "AU", VILLINGEN, None, {"unaccompanied_minor": True}, "JA", "protect", "R1"),
    ("T22", "AU", TUTTLINGEN, None, {}, None, "refer_out", "R2"),
    ("T23", "HOMELESS", BRAEUNLINGEN, None, {}, "GEM", "urgent", "R14"),
    ("T26", "LEA", None, None, {}, None, "refer_out", "R3"),
    ("T28", "AU", KOENIGSFELD, "2026-11-22", {}, "KOE_IM", "regular", "R6"),
]


@pytest.mark.parametrize(
    ("phase", "ags", "since", "more", "office", "mode", "rule"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS]
)
def test_the_handbooks_people_reach_the_handbooks_office(phase, ags, since, more, office, mode, rule):
    answer = ask(phase, ags, since, **more)
    assert (answer.office, answer.mode, answer.rule) == (office, mode, rule)


@pytest.mark.parametrize("ags", sorted(TOWNS))
def test_the_red_cross_counsels_in_every_town_and_the_own_staff_of_three_towns_in_theirs(ags):
    assert ask("VU", ags).office == "DRK"
    own = {VILLINGEN: "VS_IM", ST_GEORGEN: "STG_IM", KOENIGSFELD: "KOE_IM"}
    assert ask("AU", ags, "2025-01-01").office == own.get(ags, "LRA_IM")
    assert (ags in LANDRATSAMT) == (ags not in own)


def test_counselling_in_preliminary_accommodation_needs_no_town():
    answer = ask("VU")
    assert (answer.office, answer.confidence, answer.until, answer.also) == ("DRK", "definite", None, ())


@pytest.mark.parametrize("phase", ["LEA", "VU", "AU", "PRIVATE", "HOMELESS", "UNKNOWN"])
def test_a_child_alone_is_taken_care_of_wherever_it_lives(phase):
    for ags in (None, VILLINGEN, TUTTLINGEN):
        answer = ask(phase, ags, unaccompanied_minor=True)
        assert (answer.office, answer.mode, answer.rule, answer.confidence) == ("JA", "protect", "R1", "definite")


@pytest.mark.parametrize("phase", ["LEA", "VU", "AU", "PRIVATE", "HOMELESS", "UNKNOWN"])
def test_people_of_another_district_are_shown_the_services_for_everyone(phase):
    answer = ask(phase, TUTTLINGEN)
    assert (answer.office, answer.rule, answer.also, answer.until) == (None, "R2", ("REGEL",), None)
    assert ask(phase, elsewhere=True) == answer


@pytest.mark.parametrize("ags", ["01001000", "16077032", "08325001", "09162000"])
def test_every_well_formed_key_of_another_district_leads_out(ags):
    assert ask("AU", ags).rule == "R2"


@pytest.mark.parametrize(
    "ags",
    [
        "",
        "8326074",
        "0832607",
        "083260744",
        "0832607a",
        "00326074",
        "17326074",
        "99999999",
        "08326999",
        "08326000",
        " 8326074",
        "08326074\n",
        "٠٨٣٢٦٠٧٤",
        "unknown",
    ],
)
def test_a_key_of_no_town_is_an_error_and_never_an_office(ags):
    for phase in ("VU", "AU", "LEA", "UNKNOWN"):
        with pytest.raises(Unanswerable) as refusal:
            ask(phase, ags, unaccompanied_minor=phase == "AU")
        assert refusal.value.about == "ags"


def test_in_the_reception_centre_the_counselling_is_in_the_house():
    assert ask("LEA").also == ("LEA",)
    assert ask("LEA", VILLINGEN).rule == "R3"


def test_before_the_move_the_red_cross_stays_and_the_next_office_is_named():
    answer = ask("AU", KOENIGSFELD, "2026-11-23")
    assert (answer.office, answer.mode, answer.rule) == ("DRK", "handover", "R5")
    assert (answer.until, answer.also, answer.confidence) == (date(2026, 11, 23), ("KOE_IM",), "definite")


@pytest.mark.parametrize(
    ("since", "on", "rule", "until"),
    [
        ("2023-11-23", date(2026, 11, 22), "R6", date(2026, 11, 23)),
        ("2023-11-22", date(2026, 11, 22), "R8", None),
        ("2023-11-21", date(2026, 11, 22), "R8", None),
        ("2024-02-29", date(2027, 2, 28), "R6", date(2027, 3, 1)),
        ("2024-02-29", date(2027, 3, 1), "R8", None),
        ("2021-02-28", date(2024, 2, 28), "R8", None),
        ("2021-03-01", date(2024, 2, 29), "R6", date(2024, 3, 1)),
        ("2023-12-31", date(2026, 12, 31), "R8", None),
        ("2024-01-01", date(2026, 12, 31), "R6", date(2027, 1, 1)),
    ],
)
def test_three_years_end_on_the_day(since, on, rule, until):
    answer = ask("AU", TRIBERG, since, on=on)
    assert (answer.rule, answer.until, answer.office) == (rule, until, "LRA_IM")
    assert answer.also == (("REGEL",) if rule == "R8" else ())
    assert answer.confidence == ("assumed" if rule == "R8" else "definite")


def test_three_years_are_never_shorter_than_three_calendar_years():
    for offset in range(0, 3000, 13):
        start = date(2019, 1, 1) + timedelta(days=offset)
        end = end_of_regular_time(start)
        assert (end.year, end.month) in {(start.year + 3, start.month), (start.year + 3, 3)}
        assert ask("AU", TRIBERG, start.isoformat(), on=max(start, end - timedelta(days=1))).mode == "regular"
        assert ask("AU", TRIBERG, start.isoformat(), on=end).mode == "aftercare_check"


@pytest.mark.parametrize(
    ("until", "rule"),
    [(date(2026, 11, 22), "R7"), (date(2026, 11, 21), "R8"), (date(2030, 1, 1), "R7")],
)
def test_after_care_counts_until_its_last_day(until, rule):
    answer = ask("AU", VILLINGEN, "2019-05-01", aftercare_until=until)
    assert answer.rule == rule
    assert answer.until == (until if rule == "R7" else None)


def test_after_care_changes_nothing_within_the_three_years():
    assert ask("AU", VILLINGEN, "2025-01-10", aftercare_until=date(2028, 6, 1)) == ask("AU", VILLINGEN, "2025-01-10")


@pytest.mark.parametrize(
    ("since", "on", "rule", "until"),
    [
        ("2023-11", date(2026, 11, 22), "R6", date(2026, 11, 30)),
        ("2023-11", date(2026, 11, 30), "R8", None),
        ("2024-02", date(2027, 2, 28), "R6", date(2027, 3, 1)),
        ("2023-02", date(2026, 2, 28), "R8", None),
        ("2026-11", date(2026, 11, 22), "R5", date(2026, 11, 30)),
        ("2026-11", date(2026, 11, 30), "R6", date(2029, 11, 30)),
    ],
)
def test_who_knows_only_the_month_gets_its_last_day_and_an_assumption(since, on, rule, until):
    answer = ask("AU", GUETENBACH, since, on=on)
    assert (answer.rule, answer.until, answer.confidence) == (rule, until, "assumed")


def test_a_month_that_no_rule_needs_makes_nothing_uncertain():
    assert ask("VU", VILLINGEN, "2024-01").confidence == "definite"


@pytest.mark.parametrize(
    ("since", "mode", "also"),
    [("2024-05-01", "regular", ()), ("2022-03-01", "aftercare_check", ("REGEL",)), (None, "regular", ())],
)
def test_people_from_ukraine_in_private_housing_have_a_clock_of_their_own(since, mode, also):
    answer = ask("PRIVATE", ST_GEORGEN, since, group="UKRAINE")
    assert (answer.office, answer.mode, answer.rule, answer.also) == ("STG_IM", mode, "R10", also)
    assert answer.confidence == "assumed"


@pytest.mark.parametrize("group", ["", "OTHER", "FAMILY_REUNION", "UNSAID"])
def test_moving_into_an_own_flat_does_not_end_the_counselling(group):
    for since, mode in (("2024-05-01", "regular"), ("2020-01-01", "aftercare_check")):
        answer = ask("PRIVATE", VILLINGEN, since, group=group)
        assert (answer.office, answer.mode, answer.rule, answer.confidence) == ("VS_IM", mode, "R11", "assumed")
    assert ask("PRIVATE", VILLINGEN, "2020-01-01", group=group, aftercare_until=TODAY).mode == "aftercare"


@pytest.mark.parametrize("group", ["", "UNSAID"])
@pytest.mark.parametrize("ags", [None, VILLINGEN])
def test_who_says_nothing_about_the_reason_reaches_the_coordination(group, ags):
    answer = ask("PRIVATE", ags, group=group)
    assert (answer.office, answer.mode, answer.rule, answer.confidence) == ("KOORD", "triage", "R12b", "assumed")


@pytest.mark.parametrize(
    ("phase", "more"),
    [
        ("AU", {}),
        ("AU", {"since": "2025-01-01"}),
        ("AU", {"since": "2027-01-01"}),
        ("PRIVATE", {"group": "UKRAINE"}),
        ("PRIVATE", {"group": "FAMILY_REUNION"}),
        ("PRIVATE", {"since": "2025-01-01"}),
        ("UNKNOWN", {}),
    ],
)
def test_an_unknown_town_is_found_out_by_the_coordination(phase, more):
    answer = ask(phase, None, **more)
    assert (answer.office, answer.mode, answer.rule, answer.until) == ("KOORD", "triage", "R15", None)


def test_people_here_for_work_are_referred_even_without_a_town():
    assert ask("PRIVATE", None, group="OTHER").rule == "R13"


@pytest.mark.parametrize("phase", ["VU", "AU", "HOMELESS", "LEA", "UNKNOWN"])
@pytest.mark.parametrize("group", ["UKRAINE", "OTHER", "FAMILY_REUNION", "UNSAID"])
def test_the_reason_for_coming_matters_in_private_housing_only(phase, group):
    assert ask(phase, FURTWANGEN, group=group) == ask(phase, FURTWANGEN)


def test_who_has_no_place_goes_to_the_town_hall_today():
    assert ask("HOMELESS", BRAEUNLINGEN).also == ("LRA_IM",)
    assert ask("HOMELESS", KOENIGSFELD).also == ("KOE_IM",)
    lost = ask("HOMELESS")
    assert (lost.office, lost.mode, lost.rule, lost.also) == ("GEM", "urgent", "R14", ("KOORD",))


@pytest.mark.parametrize(("phase", "ags", "since", "more"), [v[1:5] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_danger_adds_the_emergency_numbers_and_changes_nothing_else(phase, ags, since, more):
    calm, danger = ask(phase, ags, since, **more), ask(phase, ags, since, emergency=True, **more)
    assert danger.also == ("NOTFALL", *calm.also)
    assert (danger.office, danger.mode, danger.rule, danger.confidence, danger.until) == (
        calm.office,
        calm.mode,
        calm.rule,
        calm.confidence,
        calm.until,
    )


# Rows, not constants ------------------------------------------------------------------------------------------------


def test_koenigsfeld_gives_its_task_back_on_a_day():
    rows = (Row("counselling", "KOE_IM", LONG_AGO, date(2026, 12, 31), ags=KOENIGSFELD, phase="AU"),)
    facts = facts_with(*rows, without=("KOE_IM",))
    assert ask("AU", KOENIGSFELD, "2025-01-01", facts, on=date(2026, 12, 31)).office == "KOE_IM"
    assert ask("AU", KOENIGSFELD, "2025-01-01", facts, on=date(2027, 1, 1)).office == "LRA_IM"
    assert ask("PRIVATE", KOENIGSFELD, "2025-01-01", facts, on=date(2027, 1, 1)).office == "LRA_IM"
    assert ask("HOMELESS", KOENIGSFELD, facts=facts, on=date(2027, 1, 1)).also == ("LRA_IM",)


def test_who_moves_later_is_told_the_office_of_that_day():
    rows = (Row("counselling", "KOE_IM", LONG_AGO, date(2026, 12, 31), ags=KOENIGSFELD, phase="AU"),)
    assert ask("AU", KOENIGSFELD, "2027-02-01", facts_with(*rows, without=("KOE_IM",))).also == ("LRA_IM",)


def test_a_city_had_its_own_youth_office_until_its_row_ended():
    for day, office in ((date(2023, 12, 31), "JA_VS"), (date(2024, 1, 1), "JA")):
        assert ask("VU", VILLINGEN, unaccompanied_minor=True, on=day).office == office
        assert ask("VU", TRIBERG, unaccompanied_minor=True, on=day).office == "JA"


def test_a_new_carrier_of_the_shelters_is_a_row():
    facts = facts_with(Row("counselling", "CARITAS", date(2027, 1, 1), phase="VU"))
    assert ask("VU", facts=facts, on=date(2026, 12, 31)).office == "DRK"
    assert ask("VU", facts=facts, on=date(2027, 1, 1)).office == "CARITAS"


def test_a_row_for_private_housing_goes_before_the_row_for_the_towns_places():
    facts = facts_with(Row("counselling", "MBE", LONG_AGO, phase="PRIVATE"))
    assert ask("PRIVATE", TRIBERG, facts=facts, group="UKRAINE").office == "MBE"
    assert ask("PRIVATE", VILLINGEN, facts=facts, group="UKRAINE").office == "VS_IM", "the town's own row is nearer"
    assert ask("AU", TRIBERG, facts=facts).office == "LRA_IM"


@pytest.mark.parametrize(
    ("phase", "more", "gone"),
    [
        ("VU", {}, "DRK"),
        ("AU", {}, "LRA_IM"),
        ("HOMELESS", {}, "GEM"),
        ("PRIVATE", {"group": "OTHER"}, "REGEL"),
        ("VU", {"unaccompanied_minor": True}, "JA"),
    ],
)
def test_a_missing_row_leads_to_the_coordination_and_never_to_a_wrong_office(phase, more, gone):
    answer = ask(phase, TRIBERG, facts=facts_with(without=(gone,)), **more)
    assert (answer.office, answer.rule) == ("KOORD", "R15")


def test_where_nobody_is_recorded_at_all_the_question_is_refused():
    with pytest.raises(Unanswerable) as refusal:
        ask("UNKNOWN", VILLINGEN, on=date(2010, 1, 1))
    assert refusal.value.about == "on"


# What cannot be asked -----------------------------------------------------------------------------------------------


def test_private_housing_cannot_begin_tomorrow():
    for group in ("UKRAINE", "OTHER", ""):
        with pytest.raises(Unanswerable):
            ask("PRIVATE", TRIBERG, "2026-11-23", group=group)
    assert ask("PRIVATE", TRIBERG, "2026-11-22").rule == "R11"
    with pytest.raises(Unanswerable):
        ask("PRIVATE", TRIBERG, "2026-12")


def test_the_running_month_is_not_the_future():
    answer = ask("PRIVATE", TRIBERG, "2026-11")
    assert (answer.rule, answer.mode, answer.until) == ("R11", "regular", date(2029, 11, 30))


def test_after_care_cannot_end_before_the_start():
    with pytest.raises(Unanswerable) as refusal:
        ask("AU", TRIBERG, "2024-05-02", aftercare_until=date(2024, 5, 1))
    assert refusal.value.about == "aftercare_until"
    assert ask("AU", TRIBERG, "2024-05", aftercare_until=date(2024, 5, 1)).rule == "R6"


@pytest.mark.parametrize(
    "since",
    [
        "",
        "gestern",
        "2026",
        "2026-13",
        "2026-00",
        "2026-02-30",
        "2023-02-29",
        "01.02.2024",
        "2024-1-1",
        "20240101",
        "2024-W10-1",
        "0000-01",
        "2024-01-01T00:00",
        "２０２４-01",
        "2024-01-01 ",
        "-001-01",
    ],
)
def test_a_slip_in_a_date_is_said_and_not_guessed(since):
    from services.directory.responsibility import read_since

    with pytest.raises(Unanswerable):
        read_since(since)


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_a_year_out_of_range_is_refused(year):
    for values in ({"since": date(year, 1, 1)}, {"on": date(year, 1, 1)}, {"aftercare_until": date(year, 1, 1)}):
        with pytest.raises(Unanswerable):
            decide(FACTS, Question(**{"on": TODAY, "phase": "AU", "ags": TRIBERG, **values}))


@pytest.mark.parametrize("more", [{"phase": "au"}, {"phase": ""}, {"phase": "VU", "group": "SYRIA"}])
def test_unknown_words_are_refused(more):
    with pytest.raises(Unanswerable):
        ask(**more)
