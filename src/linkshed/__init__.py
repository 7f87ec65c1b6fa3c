"""linkshed: the open, self-hosted link intelligence engine.

import linkshed

linkshed.ingest("warc", ["crawl.warc.gz"])
linkshed.build()
web = linkshed.open()
web.backlinks("example.com").to_pandas()
web.explain("https://example.com/")
"""

from linkshed.api import Linkshed, Result, build, ingest, open, score, verify
from linkshed.errors import LinkshedError

__all__ = ["Linkshed", "LinkshedError", "Result", "build", "ingest", "open", "score", "verify"]
