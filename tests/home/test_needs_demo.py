"""The demo's register stands on its own feet and can be loaded again."""

from __future__ import annotations

from home.demo import needs, network
from network.needs.models import Ballot, Dots, Need, NeedEvent, NeedReport
from network.needs.statuses import NeedStatus
from network.reports.models import ReportTemplate
from network.reports.registry import source_of
from portal.models import OutboxMessage
from portal.personal_data import find_personal_data


def test_loading_twice_makes_nothing_twice_and_sends_no_mail(portal):
    network.load(portal.district)
    needs.load(portal.district)
    models = (Need, NeedEvent, NeedReport, Ballot, Dots, ReportTemplate)
    first = [model.objects.count() for model in models]
    needs.load(portal.district)
    assert [model.objects.count() for model in models] == first
    assert not OutboxMessage.objects.exists()


def test_the_register_shows_every_way_a_need_can_go(portal):
    network.load(portal.district)
    needs.load(portal.district)
    assert Need.objects.count() == 8
    assert len(set(Need.objects.values_list("status", flat=True))) >= 7
    merged = Need.objects.get(status=NeedStatus.MERGED)
    assert merged.merged_into.title.startswith("Kein Alphabetisierungskurs")
    for need in Need.objects.all():
        assert not find_personal_data(f"{need.title}\n{need.description}\n{need.status_note}")
    for template in ReportTemplate.objects.all():
        source = source_of(template.source)
        assert set(template.columns) <= {column.code for column in source.columns}
