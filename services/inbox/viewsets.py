"""The staff's pages of the inbox, as `panels` gives them their addresses: the list and what hangs on it, the case."""

from services.inbox.bulk_views import inbox_bulk
from services.inbox.case_views import case_page
from services.inbox.export_views import inbox_export, inbox_exports
from services.inbox.filter_views import inbox_filter, inbox_filter_save
from services.inbox.list_views import OVERVIEW_NAMES, count_words, inbox
from services.inbox.statistics_views import inbox_statistics

__all__ = [
    "OVERVIEW_NAMES",
    "case_page",
    "count_words",
    "inbox",
    "inbox_bulk",
    "inbox_export",
    "inbox_exports",
    "inbox_filter",
    "inbox_filter_save",
    "inbox_statistics",
]
