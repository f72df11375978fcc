"""Addresses of the register below the reader's language."""

from django.urls import path

from network.needs import views

urlpatterns = [
    path("needs/", views.needs, name="needs"),
    path("needs/report/", views.report, name="need_report"),
    path("needs/matrix/", views.matrix, name="need_matrix"),
    path("needs/mine/", views.my_needs, name="my_needs"),
    path("needs/vote/", views.vote, name="need_vote"),
    path("needs/<str:code>/", views.need, name="need"),
]
