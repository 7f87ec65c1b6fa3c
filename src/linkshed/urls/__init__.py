"""Text -> identity.

In: any text. Out: a normalised URL, its sort key, its registrable domain, the key intervals of a
scope. Pure: no I/O beyond the packaged Public Suffix List, no storage. May import: ``schema``,
``errors``. Central files: ``parse``, ``key``, ``domain``, ``scope``.
"""
