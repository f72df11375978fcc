"""A number of the past does not shrink when the cases behind it are erased."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from services.inbox import actions, statistics
from services.inbox.models import Case, MonthlyCount
from tests.services.inbox.desk import many

pytestmark = pytest.mark.ignore_template_errors
LATER = gettext(
    "Requests of this period that were erased in the meantime are counted. "
    "Only the times to the first answer leave them out."
)


@pytest.fixture
def quarter():
    return statistics.quarter_of(timezone.now())


def made(ready):
    town = ready.towns["08326017"]
    many(ready, 8, topics=["housing", "work"], municipality=town, language="ar", assisted=True)
    many(ready, 7, topics=[], language="uk")
    many(ready, 6, office="VS_IM", topics=["work"], language="uk")


def tables(quarter, gone=None):
    cases = Case.objects.all()
    numbers = (cases, quarter, gone)
    return {
        "received": statistics.received(*numbers),
        "topic": statistics.by_topic(*numbers),
        "municipality": statistics.by_municipality(*numbers),
        "language": statistics.by_language(*numbers),
        "channel": statistics.by_channel(*numbers),
        "form": statistics.by_form(*numbers),
        "office": statistics.by_office(*numbers),
        "month": statistics.by_month(cases, [quarter], gone),
    }


@pytest.mark.parametrize("erased", [1, 3, 21])
def test_every_table_says_the_same_before_and_after_an_erasure(ready, quarter, erased):
    made(ready)
    before = tables(quarter, MonthlyCount.objects.all())
    for case in Case.objects.order_by("created_at", "pk")[:erased]:
        actions.erase_case(case=case, why="closed")
    assert Case.objects.count() == 21 - erased
    assert tables(quarter, MonthlyCount.objects.all()) == before
    assert tables(quarter) != before


def test_the_page_and_the_file_keep_the_total_and_say_what_leaves_erased_requests_out(ready, quarter, client):
    made(ready)
    client.force_login(ready.yasmin)
    page = client.get(reverse("inbox_statistics"))
    assert page.context["received"] == "21"
    assert LATER not in page.content.decode()
    for case in Case.objects.all()[:9]:
        actions.erase_case(case=case, why="closed")
    page = client.get(reverse("inbox_statistics"))
    assert page.context["received"] == "21"
    assert LATER in page.content.decode()
    [month] = [chart for chart in page.context["charts"] if chart.key == "month"]
    assert sum(line.count or 0 for line in month.lines) == 21


def test_a_lead_gets_the_past_of_the_own_office_only(ready, client):
    made(ready)
    for case in Case.objects.all():
        actions.erase_case(case=case, why="closed")
    ready.lena.memberships.update(is_lead=True)
    client.force_login(ready.lena)
    assert client.get(reverse("inbox_statistics")).context["received"] == "15"
    other = {"of": ready.offices["VS_IM"].pk}
    assert client.get(reverse("inbox_statistics"), other).context["received"] == "15"


@pytest.mark.parametrize("name", ["lena", "omar", "eva", "tarik", "ada"])
def test_kept_counts_are_for_nobody_else(ready, name):
    made(ready)
    actions.erase_case(case=Case.objects.first(), why="closed")
    assert not MonthlyCount.objects.numbered_for(getattr(ready, name)).exists()
    assert MonthlyCount.objects.numbered_for(ready.yasmin).exists()


def test_few_erased_requests_are_not_shown_alone(ready, quarter):
    many(ready, 3)
    for case in Case.objects.all():
        actions.erase_case(case=case, why="closed")
    gone = MonthlyCount.objects.all()
    assert statistics.received(Case.objects.all(), quarter, gone) is None
    assert statistics.by_language(Case.objects.all(), quarter, gone).values == {"ar": None}
