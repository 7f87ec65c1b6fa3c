"""What the numbers mean.

In: columns of a snapshot. Out: new columns, and the record of how they were reached. May import:
``graph``, ``snapshot``, ``schema``, ``errors``. Reports read these columns and never this package.
To add a score: one file here and one name in SCORES; the order is the order of computing. A score
that is heavy, or says nothing without its own options, is also named in ON_REQUEST.
"""

from linkshed.registry import Registry

ON_REQUEST = ("harmonic", "trust", "topic", "internal", "ranks")
SCORES = Registry("score", "score", ("surfer", "equity", "ratings", "structure", *ON_REQUEST))
