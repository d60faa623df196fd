"""Groups of the operator's commands: each calls functions of this package and words what came of it."""
