"""WSGI entry point. Production checks itself, database included, before it answers the first request."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.rendered import RenderedPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = RenderedPages(get_wsgi_application())

if settings.LOTSE_PRODUCTION:
    from django.core.management import call_command

    call_command("check", databases=["default"])
