from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Locale

        from portal import checks, translations
        from portal.pages import forget_locales
        from portal.rendered import watch

        checks.register_all()
        translations.guard_every_door()
        connection_created.connect(watch, dispatch_uid="portal.rendered")
        post_save.connect(forget_locales, sender=Locale)
        post_delete.connect(forget_locales, sender=Locale)
