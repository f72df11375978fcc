"""A real mail server, which every test may switch on and off."""

import pytest

from tests.portal.outbox.smtp import MailServer


@pytest.fixture
def server(settings):
    """Up, and the one that the portal sends to."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
    settings.EMAIL_TIMEOUT = 5
    server.up()
    yield server
    server.down()
