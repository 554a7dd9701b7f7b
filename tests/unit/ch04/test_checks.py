import numpy as np
import torch
import torch.nn.functional as F

from utils.ch04.check_count import counted
from utils.ch04.check_im2col import convolved
from utils.ch04.check_pool import pooled
from utils.ch04.lab import conv_layer, dense_layer, pool_layer


def test_rows_times_kernels_are_maps():
    rng = np.random.default_rng(0)
    x, kernels, bias = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 2, 2)), rng.normal(size=4)
    rows, maps = convolved(x, kernels, bias, 2, 1)
    assert rows.shape == (2 * 4 * 4, 12) and maps.shape == (2, 4, 4, 4)
    product = rows @ kernels.reshape(4, -1).T + bias
    np.testing.assert_allclose(product.reshape(2, 4, 4, 4).transpose(0, 3, 1, 2), maps, atol=1e-12)


def test_counts_of_lesson_04s_network():
    layers = [conv_layer(32, 3), pool_layer(2, 2), conv_layer(64, 3), pool_layer(2, 2), dense_layer(10)]
    shape, sums = (1, 28, 28), np.zeros(2, int)
    for layer in layers:
        shape, *more = counted(layer, shape)
        sums += more
    assert shape == (10,) and sums.tolist() == [34_826, 2_440_960]


def test_pooling_agrees_with_pytorch_where_nothing_is_equal():
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 3, 7, 9)), rng.normal(size=(2, 3, 3, 4))
    y, where, dx = pooled(x, dy, 3, 2)
    images = torch.tensor(x, requires_grad=True)
    right, at = F.max_pool2d(images, 3, 2, return_indices=True)
    right.backward(torch.tensor(dy))
    assert (y == right.detach().numpy()).all() and (where == at.numpy()).all()
    np.testing.assert_allclose(dx, images.grad.numpy(), atol=1e-12)
