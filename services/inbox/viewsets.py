"""The staff's pages of the inbox, as `panels` gives them their addresses: list, case, team."""

from services.inbox.bulk_views import inbox_bulk
from services.inbox.case_views import case_page, case_presence
from services.inbox.export_views import inbox_export, inbox_exports
from services.inbox.filter_views import inbox_filter, inbox_filter_save
from services.inbox.list_views import OVERVIEW_NAMES, count_words, inbox
from services.inbox.statistics_views import inbox_statistics
from services.inbox.team_views import absence, coordination, workload
from services.inbox.template_views import edit_template, templates

__all__ = [
    "OVERVIEW_NAMES",
    "absence",
    "case_page",
    "case_presence",
    "coordination",
    "count_words",
    "edit_template",
    "inbox",
    "inbox_bulk",
    "inbox_export",
    "inbox_exports",
    "inbox_filter",
    "inbox_filter_save",
    "inbox_statistics",
    "templates",
    "workload",
]
