"""One question per file.

In: a snapshot, a scope, a query. Out: one table with declared columns. Reads stored columns and
never the algorithms; what is not stored is asked of ``simulate``. May import: ``simulate``,
``snapshot``, ``urls``, ``schema``, ``errors``. To add a report: one file here and one name in
REPORTS; it then appears in every surface and in the docs.
"""

from linkshed.registry import Registry

REPORTS = Registry(
    "report",
    "report",
    (
        "overview", "backlinks", "refdomains", "anchors", "pages", "broken", "linkeddomains",
        "internal", "outgoing", "linkedanchors", "intersect", "competitors",
        "compare", "batch",
        "risk", "newlost", "linkshed", "around", "why", "movers", "whatif", "robustness", "waste",
        "suggest", "optimise", "certainty",
        "brokenlinks", "orphans", "redirects", "weak", "unfollowed", "uncrawlable", "variants",
        "sitemaps", "headlinks", "hubs", "depth", "sections", "flow", "dilution",
        "anchorissues", "audit", "findings",
    ),
)  # fmt: skip
