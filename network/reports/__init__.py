"""Reports from templates: what was found in a period, in chosen columns, as a table, a spreadsheet or paper.

`registry` what a report is · `sources` those of the network · `suppression` what is kept back · `making` the table.
Reports about courses, requests and pages are registered by whoever knows them (home.reports).
"""
