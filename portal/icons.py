"""The drawings of topics: lines on a field of 24 by 24, in the colour of the text."""

ICONS = {
    "home": '<path d="M4 11 12 4l8 7M6 10v10h12V10M10 20v-6h4v6"/>',
    "asylum": '<path d="M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7"/>',
    "money": '<path d="M3 6h18v12H3zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6M6 9v6M18 9v6"/>',
    "health": '<path d="M12 20S4 15 4 9a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 6-8 11-8 11M12 9v5M9.5 11.5h5"/>',
    "school": '<path d="m2 9 10-5 10 5-10 5zM6 11v5c3 3 9 3 12 0v-5M22 9v6"/>',
    "house": '<path d="M4 21V8l8-5 8 5v13zM9 21v-6h6v6M8 11h2M14 11h2"/>',
    "work": '<path d="M3 8h18v12H3zM9 8V5h6v3M3 13h18"/>',
    "language": '<path d="M4 5h10v8H8l-4 4zM14 9h6v10l-3-3h-7v-3"/>',
    "family": (
        '<path d="M8 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4M16 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4"/>'
        '<path d="M4 20v-6a4 4 0 0 1 8 0 4 4 0 0 1 8 0v6"/>'
    ),
    "letter": '<path d="M3 6h18v12H3zM3 7l9 7 9-7"/>',
}
"""Name of a drawing → its SVG paths."""
