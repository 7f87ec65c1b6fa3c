"""The surfaces: thin, generated from the registries.

May import: ``api``, ``schema``, ``registry``, ``errors``, and never a stage directly.
"""
