"""Addresses of meetings below the reader's language."""

from django.urls import path

from network.meetings import poll_views, rsvp_views, views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/calendar.ics", views.meetings_feed, name="meetings_feed"),
    path("meetings/<slug:slug>/", views.meeting, name="meeting"),
    path("meetings/<slug:slug>/calendar.ics", views.meeting_calendar, name="meeting_calendar"),
    path("meetings/<slug:slug>/files/<int:pk>/", views.meeting_file, name="meeting_file"),
    path("rsvp/<str:token>/", rsvp_views.rsvp, name="rsvp"),
    path("rsvp/<str:token>/here/", rsvp_views.rsvp_here, name="rsvp_here"),
    path("rsvp/<str:token>/files/<int:pk>/", rsvp_views.rsvp_file, name="rsvp_file"),
    path("come-instead/<str:token>/", rsvp_views.rsvp_delegate, name="rsvp_delegate"),
    path("date-poll/<str:token>/", poll_views.date_poll, name="date_poll"),
]
