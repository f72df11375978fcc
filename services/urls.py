"""Door: addresses of the services, each below the reader's language."""

from django.urls import include, path

urlpatterns = [
    path("", include("services.directory.urls")),
    path("", include("services.courses.urls")),
    path("", include("services.intake.urls")),
    path("", include("services.inbox.urls")),
]
