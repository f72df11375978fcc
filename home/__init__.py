"""The welcome: start page, general pages, emergency numbers, languages, search, error pages, and the demo.

The topmost room: it may use network, services and the foundation, and composes what they offer.
"""
