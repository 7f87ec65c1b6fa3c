"""The only state.

In: row batches (by way of ``intake``). Out: immutable Parquet files and a manifest, read through
``tables.Snapshot``. May import: ``urls``, ``schema``, ``errors``. Central files: ``store``
(objects, manifests, refs, atomic publish), ``intake`` (rows of readers, on disk), ``build`` (rows,
sorted and numbered, to Parquet), ``resolve`` (who receives a page's equity), ``tables`` (reading).
"""
