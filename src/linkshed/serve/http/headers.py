"""Headers of answers: what a browser may do with any, and what those with figures say of them.

Without any referrer a browser would not say either which page a form comes from, and the guard
refuses what does not.
"""

from __future__ import annotations

SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

CACHING = {"Cache-Control": "private, no-cache"}
"""Kept by whoever asked, and asked about each time whether it is still so."""

OF_FIGURES = {
    "Linkshed-Snapshot": "Id of the snapshot that answers.",
    "Linkshed-Absent": "Parts of what was asked about of which the snapshot holds no page.",
    "ETag": "Brought back in If-None-Match, it spares an answer that is the same.",
}
"""What the headers of single figures say."""
OF_ROWS = OF_FIGURES | {
    "Linkshed-Total": "All rows there are.",
    "Linkshed-Cursor": "Where the next page begins; absent behind the last row.",
}
"""What the headers of a page of rows say."""
