"""Addresses of people outside the network go some time after the answer; what they reported stays."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from network.needs.models import NeedReport
from network.needs.retention import KEPT_AFTER_ANSWER, count_addresses, erase_addresses
from network.needs.statuses import NeedStatus
from tests.network.needs.factories import need


def report(of):
    return NeedReport.objects.create(need=of, body="Stadt", email="fachkraft@example.org", words="Es fehlt ein Kurs.")


def test_addresses_go_when_nothing_will_be_written_any_more(portal):
    now = timezone.now()
    long_ago = now - KEPT_AFTER_ANSWER - timedelta(days=1)
    old = need(portal, status=NeedStatus.SOLVED, closed_at=long_ago)
    gone = report(old)
    through = report(need(portal, status=NeedStatus.MERGED, merged_into=old, closed_at=long_ago))
    kept = [
        report(need(portal, status=NeedStatus.SOLVED, closed_at=now)),
        report(need(portal, created_at=long_ago)),
        report(need(portal, status=NeedStatus.MERGED, merged_into=need(portal), closed_at=long_ago)),
    ]
    assert count_addresses(at=now) == erase_addresses(at=now) == 2
    assert erase_addresses(at=now) == 0
    for one in (gone, through):
        one.refresh_from_db()
        assert (one.email, one.words) == ("", "Es fehlt ein Kurs.")
    assert all(NeedReport.objects.get(pk=one.pk).email for one in kept)
