"""Addresses of the directory below the reader's language."""

from django.urls import path

from network.members import views

urlpatterns = [
    path("members/", views.directory, name="members"),
    path("members/towns/", views.coverage, name="members_coverage"),
    path("members/link/", views.ask_for_link, name="member_link"),
    path("my-entry/", views.own_entry, name="own_entry"),
    path("my-entry/leave/", views.leave_network, name="leave_network"),
    path("my-entry/<str:token>/", views.own_entry, name="own_entry_link"),
    path("my-entry/<str:token>/leave/", views.leave_network, name="leave_network_link"),
]
