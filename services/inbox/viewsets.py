"""The staff's pages of the inbox, as `panels` gives them their addresses: the list and the case."""

from services.inbox.case_views import case_page
from services.inbox.list_views import OVERVIEW_NAMES, inbox

__all__ = ["OVERVIEW_NAMES", "case_page", "inbox"]
