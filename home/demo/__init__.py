"""The demo: the district's real content as files, and what turns them into pages, facts, forms and people.

`pages/ terms/ forms/ facts/` source text in German and facts, as TOML · `catalogues/` one PO file per language
for the content · `words` reads both · the other modules load one kind of thing each.
"""
