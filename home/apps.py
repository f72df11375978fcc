from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from home.needs import register_targets
        from home.reports import register_sources

        register_targets()
        register_sources()
