"""No number of one to four people can be read from a report, nor calculated from what it shows."""

from __future__ import annotations

import random
from itertools import product

from network.reports.suppression import FEWEST, Sum, hidden_cells

PARTS = ("a", "b", "c")
SUM = Sum("all", PARTS)


def grid(*rows: tuple[int, ...]) -> list[dict[str, int]]:
    return [{"all": sum(row), **dict(zip(PARTS, row, strict=True))} for row in rows]


def test_large_numbers_and_zero_are_shown():
    assert hidden_cells(grid((5, 0, 20), (7, 8, 9)), [SUM], adds_up=True) == set()


def test_one_hidden_part_takes_the_next_smallest_with_it():
    assert hidden_cells(grid((2, 10, 30)), [SUM], adds_up=False) == {(0, "a"), (0, "b")}


def test_two_hidden_parts_that_are_fewer_than_five_together_take_a_third():
    assert hidden_cells(grid((1, 2, 30)), [SUM], adds_up=False) == {(0, "a"), (0, "b"), (0, "c")}


def test_where_nothing_else_can_be_hidden_the_total_goes():
    assert hidden_cells(grid((3, 0, 0)), [SUM], adds_up=False) == {(0, "a"), (0, "all")}


def test_a_column_whose_sum_is_known_hides_a_second_cell():
    rows = grid((2, 10, 10), (9, 10, 10), (30, 10, 10))
    assert {place for place, code in hidden_cells(rows, [SUM], adds_up=True) if code == "a"} == {0, 1}


def possible(row: dict[str, int], hidden: set[str]) -> list[dict[str, int]]:
    """All rows that would look the same to a reader: what hides behind the shown numbers."""
    top = 40
    found = []
    for values in product(*(range(top) if part in hidden else (row[part],) for part in PARTS)):
        total = sum(values)
        if "all" in hidden or total == row["all"]:
            found.append(dict(zip(PARTS, values, strict=True)))
    return found


def test_no_hidden_part_of_a_row_can_be_calculated():
    chance = random.Random(7)  # noqa: S311 - reproducible rows, no secret
    for _n in range(150):
        row = grid(tuple(chance.choice([0, 1, 2, 3, 4, 5, 6, 9, 12]) for _part in PARTS))[0]
        hidden = {code for _place, code in hidden_cells([row], [SUM], adds_up=False)}
        for part in PARTS:
            if 0 < row[part] < FEWEST:
                assert part in hidden
                assert len({other[part] for other in possible(row, hidden)}) > 1, (row, hidden)
        assert not 0 < row["all"] < FEWEST or "all" in hidden


def test_columns_that_add_up_never_leave_a_single_gap():
    chance = random.Random(11)  # noqa: S311 - reproducible rows, no secret
    for _n in range(150):
        rows = grid(*[tuple(chance.randrange(0, 14) for _part in PARTS) for _row in range(4)])
        hidden = hidden_cells(rows, [SUM], adds_up=True)
        for code in ("all", *PARTS):
            gaps = [place for place in range(4) if (place, code) in hidden]
            rest = [place for place in range(4) if place not in gaps and rows[place][code]]
            together = sum(rows[place][code] for place in gaps)
            assert not gaps or not rest or (len(gaps) > 1 and together >= FEWEST), (rows, code)
