"""Addresses of forms below the reader's language. Where a form begins is a page: `/<language>/forms/<key>/`."""

from django.urls import path

from services.intake import feedback, file_step, later, opening, views
from services.intake.guard import guarded

DRAFT = "forms/<slug:key>/<uuid:draft>"

step = guarded(file_step.step)

urlpatterns = [
    path("forms/resume/", later.resume, name="intake_resume"),
    path("forms/<slug:key>/start/", views.start, name="intake_start"),
    path("forms/<slug:key>/invited/<str:token>/", opening.invited, name="intake_invited"),
    path("forms/<slug:key>/deleted/", views.deleted, name="intake_deleted"),
    path(f"{DRAFT}/check/", views.check, name="intake_check"),
    path(f"{DRAFT}/doors/", views.doors, name="intake_doors"),
    path(f"{DRAFT}/stop/", views.stop, name="intake_stop"),
    path(f"{DRAFT}/receipt/", views.receipt, name="intake_receipt"),
    path(f"{DRAFT}/leave/", views.leave, name="intake_leave"),
    path(f"{DRAFT}/save/", later.save, name="intake_save"),
    path(f"{DRAFT}/stay/", later.stay, name="intake_stay"),
    path(f"{DRAFT}/both/", later.both, name="intake_both"),
    path(f"{DRAFT}/notice/", later.notice, name="intake_notice"),
    path(f"{DRAFT}/<slug:step>/", step, name="intake_step"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/<uuid:draft>/", feedback.thanks, name="feedback_thanks"),
]
