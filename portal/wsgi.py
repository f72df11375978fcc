"""WSGI entry point. Production checks itself, database included, before it answers the first request."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()

if os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.production":
    from django.core.management import call_command

    call_command("check", databases=["default"])
