"""What maintainers run, and the front door: `python -m tools help` lists the commands."""


class Stop(Exception):
    """One sentence that says what is wrong and what to type: shown as it is, exit code 2."""
