"""Search over everything people can find; see the README for its place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def search(request: HttpRequest) -> HttpResponse:
    """Search page."""
    return render(request, "home/search.html", {"translations": []})
