"""Import TensorFlow without its greetings, which no setting of its own turns off."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_from_stderr() -> Iterator[None]:
    """Whatever C++ code writes to stderr goes to a file, and comes out only if an error ends the block."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(saved, 2)
            kept.seek(0)
            os.write(2, kept.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def import_tensorflow() -> None:
    """After this, ``import keras`` or ``import tensorflow`` says nothing; warnings and errors still come."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    with kept_from_stderr():
        import tensorflow as tf

        tf.zeros(1) + 1  # the first operation greets, too
