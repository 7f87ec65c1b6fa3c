"""Numbers only: ids, offsets, weights.

In: arrays. Out: arrays with an error bound. Knows no URL and no storage. Central files: ``csr``
(adjacency), ``walk`` (the equity solver), ``distance`` (click depth), ``levels`` (pages to
domains).
"""
