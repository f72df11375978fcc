"""Courses: facts once, words per language, lessons as rows.

`models` (with `place_models`, `run_models`, `lesson_models`) facts · `vocabulary`, `reasons` their codes
· `pages` words · `closures` days without lessons · `querysets` reads · `finding`, `forms` what a learner looks for
· `cards`, `times`, `presentation`, `month`, `linked_data` what readers see · `feeds`, `views` calendars
· `news`, `atom`, `json_feed` the same for programs · `poster` for walls
· `access_models`, `access_codes`, `access_rules` who may take what, by dated rules · `questionnaire` asks them
· `enrolment_*`, `seat_*`, `interest_*` places, the waiting list and the list of interest · `attendance`, `certificates`
· `subscription_*` mails for readers · `planning*`, `matching`, `overview` for coordinators
· `actions`, `run_changes` (with `run_memory`), `publishing`, `announcements`, `proposals` what staff do
· `importing`, `import_*` files of others · `permissions` who may
· `notifications` whom it is told (with `concerned`) · `conflicts` what clashes
· `viewsets`, `publishing_panels`, `staff_*`, `*_views`, `*_forms` their admin.
"""
