"""How what is kept is made: a digest of its code, a bar while one waits. ``utils.models`` uses both."""
