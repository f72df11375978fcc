"""Calendar feeds below the course finder. They are no pages, so they exist in all languages."""

from django.urls import include, path

from services.courses import views

urlpatterns = [
    path("", include("services.courses.subscription_urls")),
    path("", include("services.courses.seat_urls")),
    path("courses/calendar.ics", views.courses_feed, name="courses_feed"),
    path("courses/<slug:slug>/calendar.ics", views.course_feed, name="course_feed"),
    path("courses/<slug:slug>/<uuid:uid>.ics", views.lesson_file, name="lesson_file"),
]
