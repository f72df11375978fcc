"""The carrier: settings and addresses on top, the foundation below. Knows nothing of services or meetings.

Foundation, which any room may use and which knows no room:
`languages` tags, directions, fallbacks · `pages` what every page has · `blocks` the editors' vocabulary ·
`translations` the safe path to publish a translation · `sealing` encryption · `calendars` RFC 5545 ·
`outbox` what must be sent · `search_terms` words made findable · `rates` limits on public posts · `errors` refusals.
"""
