"""Addresses of mail about courses, below the reader's language."""

from django.urls import path

from services.courses import subscription_views as views

urlpatterns = [
    path("course-mails/", views.course_mails, name="course_mails"),
    path("course-mails/sent/", views.course_mails_sent, name="course_mails_sent"),
    path("course-mails/<str:token>/", views.course_mails_page, name="course_mails_page"),
    path("course-mails/<str:token>/stop/", views.course_mails_stop, name="course_mails_stop"),
]
