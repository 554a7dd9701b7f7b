"""Lets one process at a time through: two set-ups at once must not trample each other."""

import contextlib
import os
import sys
import time
from pathlib import Path

WAITING = "Another set-up is running here: waiting for it (Ctrl-C stops waiting).\n"


def take(file) -> bool:
    """Lock the open FILE without waiting; the system drops the lock when we end, however we end."""
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks: better to go on than to wait for ever
    return True


@contextlib.contextmanager
def only_one(path: Path, poll: float = 0.5):
    """Hold the lock at PATH; wait, and say so, while another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        if not take(file):
            sys.stderr.write(WAITING)
            sys.stderr.flush()
            while not take(file):
                time.sleep(poll)
        # pip inherits it: were we killed, the lock would stand for as long as pip still writes.
        os.set_inheritable(file.fileno(), True)
        yield
