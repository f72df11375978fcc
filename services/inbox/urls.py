"""Addresses of the status page below the reader's language; the staff's addresses are in `panels`."""

from django.urls import path

from services.inbox import views

urlpatterns = [
    path("status/", views.case_status, name="case_status"),
    path("status/message/", views.case_message, name="case_message"),
    path("status/withdraw/", views.case_withdraw, name="case_withdraw"),
    path("status/notice/", views.case_notice, name="case_notice"),
    path("status/file/<uuid:file>/", views.case_download, name="case_download"),
    path("status/appointment/<uuid:pk>/", views.case_appointment, name="case_appointment"),
    path("status/leave/", views.case_leave, name="case_leave"),
]
