"""Feeds, files and questions below the course finder. They are no pages of the CMS, so they exist in all languages."""

from django.urls import include, path

from services.courses import views

urlpatterns = [
    path("courses/", views.finder, name="courses"),
    path("courses/which-course/", views.questionnaire, name="course_questionnaire"),
    path("courses/calendar/", views.calendar_help, name="courses_calendar"),
    path("", include("services.courses.subscription_urls")),
    path("", include("services.courses.seat_urls")),
    path("courses/calendar.ics", views.courses_feed, name="courses_feed"),
    path("courses/news.atom", views.courses_atom, name="courses_atom"),
    path("courses/courses.json", views.courses_json, name="courses_json"),
    path("courses/<slug:slug>/calendar/", views.calendar_help, name="course_calendar"),
    path("courses/<slug:slug>/calendar.ics", views.course_feed, name="course_feed"),
    path("courses/<slug:slug>/poster.pdf", views.course_poster, name="course_poster"),
    path("courses/<slug:slug>/<uuid:uid>.ics", views.lesson_file, name="lesson_file"),
]
