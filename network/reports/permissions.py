"""Who makes reports."""

from __future__ import annotations

from typing import Any

from network.members.permissions import can_coordinate
from network.reports.registry import Source
from portal.models import District


def can_make_reports(user: Any, district: District) -> bool:
    """Who sees the page of reports and keeps its templates.

    - the coordinators of the district (`can_coordinate`)
    - nobody else: members read the register itself, editors their own pages
    """
    return can_coordinate(user, district)


def can_make(user: Any, district: District, source: Source) -> bool:
    """Who makes one report.

    - who may make reports here at all
    - and to whom the source says yes: numbers of requests are for those who may see them in the inbox
    """
    return can_make_reports(user, district) and source.may(user, district)
