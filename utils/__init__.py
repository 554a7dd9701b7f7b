"""What the notebooks import: one idea a module, no framework loaded until a module asks for it."""

import os

# The course is written for TensorFlow: a keras.json or a shell may name another, and Keras looks once, when imported.
os.environ["KERAS_BACKEND"] = "tensorflow"
