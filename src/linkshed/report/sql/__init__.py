"""Reports in SQL: over the files of a snapshot, or over a file that rows were written to."""
