"""Addresses of this subject."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def meetings(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("meetings/", meetings, name="meetings")]
