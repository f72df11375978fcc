"""Addresses of the welcome below the reader's language."""

from django.urls import path

from home import search, views

urlpatterns = [
    path("languages/", views.languages, name="languages"),
    path("search/", search.search, name="search"),
]
