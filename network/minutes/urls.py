"""Addresses of agendas, minutes and actions below the reader's language."""

from django.urls import path

from network.minutes import converters, task_views, views

converters.register()

urlpatterns = [
    path("meetings/<slug:slug>/agenda/", views.agenda, name="meeting_agenda"),
    path("meetings/<slug:slug>/minutes/", views.minutes, name="meeting_minutes"),
    path("meetings/<slug:slug>/<paper:kind>.pdf", views.paper_file, name="meeting_paper"),
    path("papers/<str:token>/", views.agenda, name="papers"),
    path("papers/<str:token>/minutes/", views.minutes, name="papers_minutes"),
    path("papers/<str:token>/<paper:kind>.pdf", views.paper_file, name="papers_file"),
    path("meeting-minutes/", views.minutes_list, name="minutes_list"),
    path("meeting-summaries/", views.summaries, name="summaries"),
    path("meeting-summaries/<int:pk>/", views.summary, name="summary"),
    path("my-actions/", task_views.my_actions, name="my_actions"),
    path("my-actions/<int:pk>/", task_views.my_action, name="my_action"),
    path("my-actions/<str:token>/", task_views.my_actions, name="my_actions_link"),
    path("my-actions/<str:token>/<int:pk>/", task_views.my_action, name="my_action_link"),
]
