"""Addresses of places: enrolling, the list of interest, and everybody's own page. Before those of courses."""

from django.urls import path

from services.courses import seat_views

urlpatterns = [
    path("courses/interest/", seat_views.interest, name="course_interest"),
    path("courses/interest/<str:token>/end/", seat_views.interest_end, name="course_interest_end"),
    path("courses/place/", seat_views.find_place, name="course_place_find"),
    path("courses/place/<str:token>/", seat_views.place, name="course_place"),
    path("courses/<slug:slug>/<slug:code>/enrol/", seat_views.enrol, name="course_enrol"),
]
