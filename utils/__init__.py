"""What the notebooks import: one idea a module, no framework loaded until a module asks for it."""

import os
import sys

# The course is written for TensorFlow: a keras.json or a shell may name another, and Keras looks once, when imported.
os.environ["KERAS_BACKEND"] = "tensorflow"

# A screen that knows ASCII or Latin-1 alone shows "?" for what it can't show; nothing dies of a character.
if hasattr(sys.stdout, "reconfigure"):
    sys.stdout.reconfigure(errors="replace")
