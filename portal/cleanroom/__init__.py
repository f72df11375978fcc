"""Where files of strangers are taken apart and built anew, in a process of its own with little time and memory.

`portal.cleaning` starts it and speaks with people; nothing here knows Django, settings, keys or a database.
`images`, `pdfs`, `offices`, `texts` each have one `rebuild`; `parts`, `links` and `traces` serve them; `walls` says
what the process may still do. Every refusal is a code (`refusal.Refused`), worded in `portal.cleaning`.
"""
