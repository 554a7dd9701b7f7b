"""What lab 02's checks share: kinds and shapes of results, usual slips by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


def several(that, got, names, function, why, hint):
    """What came back is a tuple or a list of as many things as there are names."""
    asked = f"({', '.join(names)})"
    that(got is not None, f"{function} returns nothing; is there a return? {asked} is asked for", hint)
    kind = f"a {type(got).__name__}"
    if isinstance(got, tuple | list):
        kind = f"{len(got)} of them"
    fine = isinstance(got, tuple | list) and len(got) == len(names)
    that(fine, f"{why}: {function} returns {asked}, a tuple or a list; yours is {kind}", hint)


@contextmanager
def in_case(words: str) -> Iterator[None]:
    """Around a call of an answer: what NumPy says of shapes and indices gets the case in which it happened."""
    try:
        yield
    except (ValueError, TypeError, IndexError) as error:
        if "read-only" not in str(error):  # that is told in full elsewhere
            error.args = (f"{error} ({words})",)
        raise


def in_order(that, got, shapes, why):
    """Not the right things in another order, where their shapes tell."""
    names, asked, yours = list(shapes), list(shapes.values()), [np.shape(value) for value in got]
    swapped = yours != asked and len(set(asked)) == len(asked) and sorted(yours) == sorted(asked)
    looks = [names[asked.index(shape)] for shape in yours] if swapped else []
    words = f"{why}: the order is ({', '.join(names)}); by their shapes yours is ({', '.join(looks)})"
    that(not swapped, words, 1)


def an_array(that, value, name, shape, why, hint, axis=""):
    """A NumPy array of that shape, as floats."""
    listed = isinstance(value, list | tuple)
    that(not listed, f"{why}: {name} is a {type(value).__name__}; a NumPy array is asked for", hint)
    got = np.shape(value)
    that(got == shape, f"{why}: {name} has shape {got}; {shape} is asked for{axis}", hint)
    return np.asarray(value, float)


def same(a, b, rtol=1e-4, atol=1e-8):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=rtol, atol=atol)


def told(that, value, true, slips, words, hint, **close):
    """Not one of the slips {words: what it gives}, where they differ from what is right: {words} or (words, hint)."""
    for said, other in slips.items():
        said, at = said if isinstance(said, tuple) else (said, hint)
        telling = other is not None and np.shape(other) == np.shape(true) and not same(other, true, **close)
        that(not (telling and same(value, other, **close)), f"{words} {said}", at)


def nearly(value, true):
    """Right to a few digits everywhere, and no better."""
    scale = np.abs(true).max()
    return scale > 0 and 1e-5 * scale < np.abs(value - true).max() < 3e-3 * scale


def where(value, true):
    """The element that is furthest off, for its size."""
    off = np.abs(value - true) / (np.abs(true) + 1e-3 * np.abs(true).max() + 1e-12)
    return np.unravel_index(np.argmax(off), true.shape)
