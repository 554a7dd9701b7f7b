"""Recordings can be made anew: the code that is said to have made them still makes the same arrays."""

import pytest

from utils import models

RECORDED = [
    (module, file) for module in models._modules("RECORDED") for file in models._constant(module, "RECORDED")
]


@pytest.mark.slow
@pytest.mark.parametrize(("module", "file"), RECORDED)
def test_a_recording_is_made_anew(module, file):
    """Other numbers, since they are trained or timed here; the same names, shapes and kinds of numbers."""
    shipped, fresh = models.recorded(module, file), models.recorded(module, file, fresh=True)
    assert {name: (it.shape, it.dtype) for name, it in fresh.items()} == {
        name: (it.shape, it.dtype) for name, it in shipped.items()
    }
