"""Forms of several steps for people without an account.

`compiler` turns a source into a checked document with `condition_compiler`, `routing_compiler`, `question_types` and
`checking`; `sharing` puts blocks in their place before, `reach` proves that every question can be reached ·
`audience` says who may open a form, `opening` is its first page for those · `conditions` are what a document can ask
of answers · `journey` is the way through a document, pure · `fields` (`typed_fields`, `date_fields`) and `forms` are
what a page asks, `wording` and `entries` its words · `answers` keeps half-finished answers encrypted · `routing`
finds the office · `actions` publishes, keeps, sends, erases · `ways` says which page comes next, `guard` who may see
it · editors keep forms in `page_models` made of `blocks` (`question_blocks`, `condition_blocks`); `builder` reads
them as a source, `builder_content` writes them from one, `builder_words` finds the translations, `builder_actions`
publishes, `builder_checks` and `builder_refusals` say why not and where, `builder_forms`, `builder_panels` and
`builder_viewsets` are the admin, `exchange` and `exchange_actions` files in and out · `wizard` is the one place that
knows django-formtools · `views` are the pages around the steps, `feedback` is the product's own form.

What editors see of a document: `phrases` its conditions in words, `differences` and `branches` · `truth_table` where
answers lead (`truth_asking` asks the routing, `truth_cases` and `truth_dates` what to ask, `truth_rows` puts together)
· `counters` count without tracking, `drop_off` shows what may be seen · `previewing` tries a document out. The admin's
pages are `staff_reports`, `staff_routing` and `staff_preview`, its menu and addresses `panels`.
"""
