"""What the notebooks import: one idea a module, no framework loaded until a module asks for it."""
