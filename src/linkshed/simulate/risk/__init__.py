"""Link risk: which patterns that spam policies describe the links to a scope show.

In: rows of links to a scope, and stored columns. Out: what each marker measures, with its evidence.
Central files: ``markers`` (the equation and the declarations), ``assess`` (all of it together).
"""
