"""Limits for files that people send, and what looks at them (handbook: intake §4 B3). Taken over by `base`."""

LOTSE_UPLOAD_BYTES = 10 * 2**20
"""Most bytes of one file (handbook: intake §4 B3)."""

LOTSE_UPLOAD_REQUEST_BYTES = 40 * 2**20
"""Most bytes of all files of one request; they are held in memory, never on a disk."""

LOTSE_UPLOAD_FILES = 10
"""Most files of one draft, and of one message."""

LOTSE_UPLOAD_TOTAL_BYTES = 40 * 2**20
"""Most bytes of all files of one draft."""

LOTSE_CASE_FILES = 40
"""Most files a person may add to one case over its life."""

LOTSE_UPLOAD_PIXELS = 40_000_000
"""Most pixels of a picture after cleaning."""

LOTSE_UPLOAD_PAGES = 200
"""Most pages of a PDF."""

LOTSE_CLEANING_SECONDS = 15
"""How long a file may be worked on before it is refused: processor time, and time on the clock."""

LOTSE_CLEANING_MEMORY = 2**30
"""Bytes of address space for that work."""

LOTSE_SCANNER = ""
"""ClamAV's daemon: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`; empty: none. Configured and down: no files."""

LOTSE_SCANNER_SECONDS = 20
"""How long its answer may take."""
