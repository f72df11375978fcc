"""Courses: facts once, words per language, lessons as rows.

`models` (with `place_models`, `run_models`, `lesson_models`) facts · `vocabulary`, `reasons` their codes
· `pages` words · `closures` days without lessons · `querysets` reads · `finding`, `forms` what a learner looks for
· `cards`, `times`, `presentation`, `month`, `linked_data` what readers see · `feeds`, `views` calendars
· `news`, `atom`, `json_feed` the same for programs · `poster` for walls
· `access_models`, `access_codes`, `access_rules` who may take what, by dated rules · `questionnaire` asks them
· `actions`, `permissions` what staff do · `viewsets`, `staff_forms`, `staff_board` their admin.
"""
