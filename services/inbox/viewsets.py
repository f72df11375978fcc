"""The staff's pages of the inbox, as `panels` gives them their addresses."""

from services.inbox.case_views import case_page, case_presence
from services.inbox.list_views import OVERVIEW_NAMES, inbox
from services.inbox.team_views import absence, coordination, workload
from services.inbox.template_views import edit_template, templates

__all__ = [
    "OVERVIEW_NAMES",
    "absence",
    "case_page",
    "case_presence",
    "coordination",
    "edit_template",
    "inbox",
    "templates",
    "workload",
]
