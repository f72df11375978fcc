"""Courses: facts once, words per language, lessons as rows.

`models` (with `place_models`, `run_models`, `lesson_models`) facts · `vocabulary`, `reasons` their codes
· `pages` words · `closures` days without lessons · `querysets` reads · `finding`, `forms` what a learner looks for
· `cards`, `times`, `presentation`, `month`, `linked_data` what readers see · `feeds`, `views` calendars
· `actions`, `run_changes` (with `run_memory`), `publishing`, `announcements`, `proposals` what staff do
· `permissions` who may · `notifications` whom it is told (with `concerned`) · `conflicts` what clashes
· `viewsets`, `publishing_panels`, `staff_*`, `*_views`, `*_forms` their admin.
"""
