"""Run what doesn't belong into this process elsewhere, and keep what libraries say on stderr from a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


def run_module(module: str, *arguments: str) -> dict:
    """What ``python -m module`` prints as the last line of its stdout, which has to be a JSON object.

    For another framework, whose memory and messages are to stay in a process of its own. What it says on
    stderr is shown only if it fails, as part of the RuntimeError.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


@contextmanager
def without_stderr() -> Iterator[None]:
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
    """After this, ``import keras`` or ``import tensorflow`` says nothing; warnings and errors still come.

    Keras is set as the course needs it, whatever the home's keras.json says.
    RuntimeError: Keras was imported earlier, and runs on another framework.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    with without_stderr():
        import keras
        import tensorflow as tf

        tf.zeros(1) + 1  # the first operation greets, too
    if keras.config.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras was imported before the course was, and runs on {keras.config.backend()}: "
            "restart the kernel, then run the cells from the first one on"
        )
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_epsilon(1e-7)
