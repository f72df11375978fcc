"""Door: addresses of the network without a language: personal feeds and calendar files."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
