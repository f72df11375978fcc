from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"

    def ready(self) -> None:
        """Tell the foundation which files in the private storage belong to meetings."""
        from network.meetings.files import in_use
        from portal.erasures import register_owner

        register_owner(in_use)
