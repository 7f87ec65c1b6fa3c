"""Headers that every answer bears: what a browser may do with it.

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
