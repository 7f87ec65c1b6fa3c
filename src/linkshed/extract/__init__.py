"""Bytes -> rows. Pure: no I/O, no storage.

In: one HTTP response. Out: one page row and its link rows. May import: ``urls``, ``schema``,
``errors``. Central files: ``document`` (bytes -> tree -> flat outline), ``page``, ``links``,
``placement``, ``indexability``.
"""
