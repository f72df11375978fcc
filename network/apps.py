from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"

    def ready(self) -> None:
        """Tell the foundation which files belong to meetings, needs what is about them, and reports what to count."""
        from network.meetings.files import in_use
        from network.meetings.leaving import end_invitations
        from network.members.leaving import register_farewell
        from network.minutes.needs import register_needs
        from network.reports.sources import register_sources
        from portal.erasures import register_owner

        register_owner(in_use)
        register_needs()
        register_sources()
        register_farewell("meetings", end_invitations)
