"""A small web about tea, written for trying linkshed.

In: the texts in ``sites/``. Out: one web archive, the same bytes every time. Knows no storage and
no reader: what it writes is read like any other archive. May import: ``schema``, ``errors``. To
add a site: one TOML file in ``sites/``.
"""

SHOW_DOMAIN = "oolong-journal.example"
"""The site whose backlinks the demonstration shows."""
SHOW_URL = "https://oolong-journal.example/gongfu/"
"""The page whose account it shows."""
