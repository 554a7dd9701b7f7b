import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from utils.ch04.filters import browse_channels, draw_channel, strongest_patches


def test_a_patch_is_what_the_strongest_unit_sees():
    images = np.arange(3 * 10 * 10.0).reshape(3, 10, 10)
    maps = np.zeros((3, 3, 3))
    maps[0, 2, 1], maps[1, 0, 0], maps[2, 1, 2] = 5, 9, 7
    patches, values = strongest_patches(images, maps, size=4, jump=3, most=2)
    assert values.tolist() == [9, 7], "the strongest first"
    assert np.array_equal(patches[0], images[1, 0:4, 0:4])
    assert np.array_equal(patches[1], images[2, 3:7, 6:10])


def test_it_draws_also_a_channel_that_never_fires():
    images, maps = np.random.default_rng(0).random((9, 28, 28)), np.zeros((9, 4, 11, 11))
    draw_channel(images, maps[:, 0], size=8, jump=2)
    browse_channels(images, {"second": (maps, 8, 2)})
    plt.close("all")
