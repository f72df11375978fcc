"""Addresses of the directory."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def finder(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("who-helps/", finder, name="finder")]
