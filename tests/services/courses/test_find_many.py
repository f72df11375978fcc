"""Two thousand courses, and wishes about start and permit: Amira still finds hers, quickly."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from services.courses.models import CourseRun
from tests.services.courses import factories as make

HERE = f"place={make.FURTWANGEN}"


def test_a_filtered_page_of_two_thousand_runs_takes_twelve_queries_at_most(
    portal, amira, django_assert_max_num_queries
):
    of = make.run(portal, "first-1").course
    runs = [
        CourseRun(
            district=portal.district,
            course=of,
            code=f"many-{number}",
            status="planned",
            time_of_day=("evening", "morning")[number % 2],
            venue=make.venue(portal),
        )
        for number in range(2000)
    ]
    CourseRun.objects.bulk_create(runs)
    query = f"{HERE}&within=30&level=A2&time=evening&start=later&route=OPEN"
    amira(query)
    with django_assert_max_num_queries(12):
        assert len(amira(query)) == 20
    assert "1000 courses found" in amira.text
    with django_assert_max_num_queries(12):
        assert len(amira(f"{query}&page=50", "ar")) == 20
    with django_assert_max_num_queries(12):
        assert len(amira(f"{HERE}&level=C2&time=weekend&women=1")) == 3  # nothing fits: the nearest
    assert amira(f"{query}&page=51") == amira(f"{query}&page=50")


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("now", ["begun-open"]),
        ("month", ["soon"]),
        ("quarter", ["soon", "spring"]),
        ("later", ["autumn", "open-end"]),
    ],
)
def test_amira_says_when_she_wants_to_start(portal, amira, wish, found):
    of, today = make.course(portal), timezone.localdate()
    make.run(portal, "begun", of, starts_on=today - timedelta(days=9))
    make.run(portal, "begun-open", of, starts_on=today - timedelta(days=8), entry="rolling")
    make.run(portal, "soon", of, starts_on=today + timedelta(days=28))
    make.run(portal, "spring", of, starts_on=today + timedelta(days=92), ends_on=None)
    make.run(portal, "autumn", of, starts_on=today + timedelta(days=93), ends_on=None)
    make.run(portal, "open-end", of, starts_on=None, ends_on=None)
    assert amira(f"start={wish}") == found


def test_a_permit_opens_its_courses_and_those_where_nobody_asks(portal, amira):
    make.run(portal, "ik-1", make.course(portal, "ik", access_routes=["ENTITLED_44_1", "SELF_PAYER"]))
    make.run(portal, "job-1", make.course(portal, "job", access_routes=["BSK_PERMIT"]))
    make.run(portal, "all-1", make.course(portal, "all", access_routes=["OPEN"]))
    assert amira("route=BSK_PERMIT") == ["job-1", "all-1"]
    assert amira("route=SELF_PAYER") == ["ik-1", "all-1"]
    assert amira("route=OPEN") == ["all-1"]
    assert amira("route=KING") == ["ik-1", "job-1", "all-1"]
    assert "We did not understand this filter" in amira.text


def test_search_engines_read_the_list_but_no_combination_of_filters(amira, offers):
    robots = '<meta name="robots" content="noindex">'
    amira()
    assert robots not in amira.text
    for query in ("level=A2", "page=2", "view=month&m=2027-01", "x=1"):
        amira(query)
        assert robots in amira.text, query


def test_long_lists_name_few_of_their_pages(portal, amira):
    of = make.course(portal)
    CourseRun.objects.bulk_create(
        CourseRun(district=portal.district, course=of, code=f"r-{number}", status="planned") for number in range(400)
    )
    amira("page=10")
    pages = re.findall(r'<span class="visually-hidden">Page </span>(\d+)</a>', amira.text)
    assert pages == ["1", "9", "10", "11", "20"]


def test_where_nothing_fits_people_can_learn_by_themselves_meanwhile(amira, offers):
    amira("women=1&level=C2")
    assert "vhs-Lernportal" in amira.text
    assert "A1 to C1, videos and exercises" in amira.text


def test_a_finder_that_is_not_for_everybody_stays_closed(portal, amira, client):
    from wagtail.models import PageViewRestriction

    make.run(portal)
    amira()
    page = make.CourseIndexPage.objects.get()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    response = client.get("/en/courses/")
    assert b"abendkurs-b1-1" not in response.content


def test_an_unpublished_finder_is_not_found(portal, amira, client):
    make.CourseIndexPage.objects.get().unpublish()
    assert client.get("/en/courses/").status_code == 404
