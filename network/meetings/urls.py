"""Addresses of meetings below the reader's language."""

from django.urls import path

from network.meetings import views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/calendar.ics", views.meetings_feed, name="meetings_feed"),
    path("meetings/<slug:slug>/", views.meeting, name="meeting"),
    path("meetings/<slug:slug>/calendar.ics", views.meeting_calendar, name="meeting_calendar"),
    path("rsvp/<str:token>/", views.rsvp, name="rsvp"),
]
