"""Addresses of this subject."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def feedback(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("feedback/", feedback, name="feedback")]
