"""Door: what the services add to the admin."""

from wagtail import hooks

from services.courses.enrolment_viewsets import *  # noqa: F403
from services.courses.log_words import *  # noqa: F403
from services.courses.planning_panels import *  # noqa: F403
from services.courses.publishing_panels import *  # noqa: F403
from services.courses.viewsets import *  # noqa: F403
from services.directory.viewsets import DirectoryViewSets
from services.inbox.audit_panels import *  # noqa: F403
from services.inbox.panels import *  # noqa: F403
from services.intake.builder_panels import *  # noqa: F403
from services.intake.panels import *  # noqa: F403


@hooks.register("register_admin_viewset")
def directory() -> DirectoryViewSets:
    """Municipalities and responsibilities."""
    return DirectoryViewSets()
