"""Outside world -> row batches.

In: files. Out: batches of page, link and reject rows that carry URLs, never ids, and counts that
add up. May import: ``extract``, ``urls``, ``schema``, ``errors``. Knows no storage and no graph.
To add a reader: one file here and one name in READERS.
"""

from linkshed.registry import Registry

READERS = Registry(
    "ingest",
    "reader",
    ("warc", "html", "links", "crawl", "sitemap", "log", "list", "webgraph"),
)
