"""Reports from templates: what was found in a period, in chosen columns, as a table, a spreadsheet or paper."""
