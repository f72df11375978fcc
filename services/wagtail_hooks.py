"""Door: what the services add to Wagtail's admin."""

from services.inbox.panels import *  # noqa: F403
