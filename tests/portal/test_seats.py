"""Capacity and waiting list, decided over plain rows."""

from __future__ import annotations

from dataclasses import replace

from portal.seats import Row, Seat, place_in_queue, settle


def play(rows, **rules):
    """Settle and write the decisions back, as a caller does."""
    decided = {decision.key: decision for decision in settle(rows, **rules)}
    return [
        replace(row, seat=decided[row.key].seat, queue_no=decided[row.key].queue_no) if row.key in decided else row
        for row in rows
    ]


def ask(rows, key, **more):
    return [*rows, Row(key, wants=True, **more)]


def states(rows):
    return {row.key: (row.seat, row.queue_no) for row in rows}


def full_house(seats=10, people=50):
    """So many people answer yes, one after the other."""
    rows: list[Row] = []
    for number in range(1, people + 1):
        rows = play(ask(rows, number), capacity=seats)
    return rows


def test_of_fifty_answers_the_first_ten_get_the_ten_seats_and_the_rest_wait_in_order():
    rows = full_house()
    assert [row.key for row in rows if row.seat == Seat.CONFIRMED] == list(range(1, 11))
    assert [(row.key, row.queue_no) for row in rows if row.seat == Seat.WAITING] == [(n, n - 10) for n in range(11, 51)]


def test_who_cancels_makes_room_for_the_first_in_the_queue_and_for_nobody_else():
    rows = [replace(row, wants=row.key != 3) for row in full_house()]
    decisions = settle(rows, capacity=10)
    assert [(d.key, d.seat, d.promoted) for d in decisions] == [(3, Seat.NONE, False), (11, Seat.CONFIRMED, True)]


def test_who_leaves_the_queue_moves_those_behind_up_and_promotes_nobody():
    rows = play([replace(row, wants=row.key != 12) for row in full_house()], capacity=10)
    assert states(rows)[12] == (Seat.NONE, None)
    queue = [row.queue_no for row in rows]
    assert place_in_queue(states(rows)[13][1], queue) == 2
    assert sum(row.seat == Seat.CONFIRMED for row in rows) == 10


def test_raised_capacity_goes_to_the_queue_in_its_order():
    decisions = settle(full_house(), capacity=15)
    assert [d.key for d in decisions] == [11, 12, 13, 14, 15]
    assert all(d.promoted and d.seat == Seat.CONFIRMED and d.queue_no is None for d in decisions)


def test_without_a_limit_everybody_who_waits_gets_a_seat():
    assert len(settle(full_house(), capacity=None)) == 40


def test_a_newcomer_never_overtakes_the_queue_even_when_a_seat_is_free():
    rows = [Row("a", wants=True, seat=Seat.WAITING, queue_no=7), Row("b", wants=True)]
    decisions = {d.key: d for d in settle(rows, capacity=1)}
    assert decisions["a"].seat == Seat.CONFIRMED
    assert (decisions["b"].seat, decisions["b"].queue_no) == (Seat.WAITING, 8)


def test_a_group_that_does_not_fit_is_not_passed_by_a_single_person():
    rows = [
        Row("holder", wants=True, seat=Seat.CONFIRMED),
        Row("pair", wants=True, seat=Seat.WAITING, queue_no=1, places=2),
        Row("single", wants=True, seat=Seat.WAITING, queue_no=2),
    ]
    assert settle(rows, capacity=2) == []
    assert [d.key for d in settle(rows, capacity=3)] == ["pair"]


def test_fewer_seats_than_holders_take_nobodys_seat_away_and_promote_nobody():
    assert settle(full_house(), capacity=4) == []


def test_holders_below_a_shrunken_capacity_must_leave_before_anybody_comes_up():
    rows = [replace(row, wants=row.key > 3) for row in full_house()]
    assert [d.key for d in settle(rows, capacity=7)] == [1, 2, 3]
    rows = [replace(row, wants=row.key > 4) for row in full_house()]
    assert [d.key for d in settle(rows, capacity=7)] == [1, 2, 3, 4, 11]


def test_who_comes_back_stands_at_the_end():
    rows = play([replace(row, wants=row.key != 1) for row in full_house(2, 4)], capacity=2)
    rows = play([replace(row, wants=True) for row in rows], capacity=2)
    assert states(rows)[1] == (Seat.WAITING, 3)
    assert states(rows)[3] == (Seat.CONFIRMED, None)


def test_nothing_changes_when_nothing_happened():
    assert settle(full_house(), capacity=10) == []


def test_a_full_waiting_list_takes_nobody_and_throws_nobody_out():
    rows = play(ask(full_house(1, 3), "late"), capacity=1, waiting_places=2)
    assert states(rows)["late"] == (Seat.NONE, None)
    assert settle(full_house(1, 3), capacity=1, waiting_places=1) == []


def test_a_course_offers_the_seat_and_the_offer_holds_it():
    rows = full_house(1, 3)
    rows = play([replace(row, wants=row.key != 1) for row in rows], capacity=1, promote_to=Seat.OFFERED)
    assert states(rows)[2] == (Seat.OFFERED, None)
    assert settle(rows, capacity=1, promote_to=Seat.OFFERED) == []


def test_a_hundred_random_answers_never_oversell_nor_leave_a_seat_empty_while_somebody_waits():
    import random

    dice = random.Random(7)  # noqa: S311 - a repeatable story, not a secret
    rows = [Row(number, wants=False) for number in range(40)]
    capacity = 5
    for _step in range(300):
        turned = dice.randrange(40)
        rows = [replace(row, wants=not row.wants) if row.key == turned else row for row in rows]
        capacity += dice.random() < 0.02
        rows = play(rows, capacity=capacity)
        sitting = [row for row in rows if row.seat == Seat.CONFIRMED]
        waiting = [row for row in rows if row.seat == Seat.WAITING]
        assert len(sitting) <= capacity
        assert not waiting or len(sitting) == capacity
        assert len({row.queue_no for row in waiting}) == len(waiting)
        assert all(row.wants for row in sitting + waiting)


def test_the_place_shown_counts_who_really_stands_before():
    assert place_in_queue(9, [None, 4, 9, 12, None]) == 2
    assert place_in_queue(None, [4, 9]) is None
