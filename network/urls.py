"""Door: addresses of the network below the reader's language."""

from django.urls import include, path

urlpatterns = [
    path("", include("network.members.urls")),
    path("", include("network.minutes.urls")),
    path("", include("network.meetings.urls")),
    path("", include("network.needs.urls")),
]
