"""Door: addresses of the network without a language: personal feeds and calendar files."""

from django.urls import URLPattern, path

from network.meetings.views import personal_feed

urlpatterns: list[URLPattern] = [path("network/calendar/<str:token>.ics", personal_feed, name="personal_feed")]
