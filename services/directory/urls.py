"""Addresses of the directory."""

from django.urls import path

from services.directory import views

urlpatterns = [
    path("who-helps/", views.finder, name="finder"),
    path("offices/", views.offices, name="offices"),
    path("offices/<slug:code>/", views.office, name="office"),
]
