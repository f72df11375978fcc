"""Door: what the services add to the admin."""

from wagtail import hooks

from services.directory.viewsets import DirectoryViewSets


@hooks.register("register_admin_viewset")
def directory() -> DirectoryViewSets:
    """Municipalities and responsibilities."""
    return DirectoryViewSets()
