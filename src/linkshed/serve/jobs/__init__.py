"""Work that a server does beside answering: crawls and ingests, one after another.

A job is commands of our own command line, run as processes. Its record and its output lie in the
store, in ``jobs/<id>/``, so that a later server can tell what became of it. In: ``asked``, checked
requests. Out: ``record``. May import what ``serve`` may.
"""
