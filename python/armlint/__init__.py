"""armlint, the linter for Azure templates: the package holds the program and nothing to import."""
