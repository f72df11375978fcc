"""Forms of several steps for people without an account.

`compiler` turns a source into a checked document, `reach` proves that every question can be reached · `journey` is the
way through a document, pure · `fields` and `forms` are what a page asks, `wording` and `entries` its words · `answers`
keeps half-finished answers encrypted · `routing` finds the office · `actions` publishes, keeps, sends, erases · `ways`
says which page comes next, `guard` who may see it · `wizard` is the one place that knows django-formtools · `views` are
the pages around the steps, `feedback` is the product's own form.
"""
