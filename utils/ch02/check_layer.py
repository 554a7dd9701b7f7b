"""Lab 02's check of a layer's backward pass."""

from __future__ import annotations

import numpy as np

from utils.ch02.replies import an_array, in_order, nearly, same, several, told, where
from utils.checks import check


def masked(dh, x, w, b):
    """{words: what stands for dz after that slip}."""
    z, tanh = x @ w + b, np.tanh(x @ w + b)
    return {
        ("is 0 where z is small; just above 0 is above 0", 1): dh * (z > 1e-3),
        ("is 0 where z is above 6 (that is ReLU6); the ReLU has no upper end", 1): dh * ((z > 0) & (z < 6)),
        ("ignores the ReLU: where z is 0 or less, nothing gets through", 1): dh,
        ("ignores b: z is x @ w + b", 1): dh * (x @ w > 0),
        ("has a mask of x @ w − b; z is x @ w + b", 1): dh * (x @ w - b > 0),
        ("lets z = 0 through the ReLU; its derivative there is 0", 1): dh * (z >= 0),
        ("takes ½ for the ReLU's derivative at z = 0; here it is 0", 1): dh * np.heaviside(z, 0.5),
        ("is multiplied by the ReLU's output; its derivative, 1 or 0, is asked for", 1): dh
        * np.maximum(z, 0),
        ("takes −1 for the ReLU's derivative where z < 0 (a sign?); it is 0", 1): dh * np.sign(z),
        ("goes by the sign of dh; z says what gets through", 1): dh * (dh > 0),
        ("takes the size of dh; its sign counts", 2): np.abs(dh) * (z > 0),
        ("loses the negative numbers of dh; they get through where z > 0", 1): np.maximum(dh, 0) * (z > 0),
        ("goes through where z is below 0; the ReLU is on where it is above", 1): dh * (z < 0),
        ("is taken through a tanh; the layer has a ReLU", 1): dh * (1 - tanh**2),
        ("is taken through a leaky ReLU, with 0.01 below 0; this one has 0", 1): dh
        * np.where(z > 0, 1, 0.01),
        ("has one mask for all images; each image has its own z", 1): dh * (z > 0).any(axis=0),
        ("has one mask for all images, by the mean of z; each image has its own z", 1): dh
        * (z.mean(axis=0) > 0),
        ("is 0 for an image with any unit off; each unit is on or off for itself", 1): dh
        * (z > 0).all(axis=1, keepdims=True),
        ("is clipped to ±1", 2): np.clip(dh * (z > 0), -1, 1),
    }


MOVED = "goes through a w that has been moved already: take the w that was handed in"
DECAY = "holds a multiple of w: is it a weight decay? The gradient of the loss is asked for"


def told_multiple(that, off, of, words, hint):
    """What is off isn't a multiple of that."""
    size = np.sum(of**2)
    factor = np.sum(off * of) / size if size and np.isfinite(off).all() else 0
    that(abs(factor) < 1e-7 or not same(off, factor * of, atol=1e-6 * np.abs(off).max()), words, hint)


@check("02-layer")
def check_layer(that, layer_backward):
    names = ("dx", "dw", "db")

    def expect(dh, x, w, b, why, again=False):
        given = [np.array(array, float) for array in (dh, x, w, b)]
        dh, x, w, b = (array.copy() for array in given)
        dz = np.where(x @ w + b > 0, dh, 0)
        right = np.einsum("nm,dm->nd", dz, w), np.einsum("nd,nm->dm", x, dz), np.einsum("nm->m", dz)
        for array in given:
            array.flags.writeable = False
        got = layer_backward(*given)
        several(that, got, names, "layer_backward", why, 3)
        in_order(that, got, dict(zip(names, (x.shape, w.shape, b.shape), strict=True)), why)
        made = {"dx": lambda d: d @ w.T, "dw": lambda d: x.T @ d, "db": lambda d: d.sum(axis=0)}
        for name, value, true, of in zip(names, got, right, (x, w, b), strict=True):
            axis = ": a sum over the images, axis 0, and nothing else" if name == "db" else ""
            value = an_array(that, value, name, of.shape, why, 2, axis)
            kept = not again or same(value, true, atol=1e-5 * np.abs(true).max())
            words = (
                "a second call, with the same shapes and other numbers: {} is wrong, and in the first it was"
            )
            that(kept, words.format(name) + " right. Is something kept from call to call?", 2)
            slips = {said: made[name](d) for said, d in masked(dh, x, w, b).items()}
            slips |= {
                (f"is divided by n = {len(x)}: that is in dh already", 3): true / len(x),
                ("is divided by √n: nothing is, that is in dh already", 3): true / np.sqrt(len(x)),
                ("has the wrong sign", 2): -true,
            }
            if name == "dx":
                square = w.shape[0] == w.shape[1]
                slips["goes through w; its transpose is asked for"] = dz @ w if square else None
                slips["goes through w + b; b isn't multiplied with x"] = dz @ (w + b).T
                slips["is masked by x; the ReLU stands behind the layer, and only z counts"] = true * (x > 0)
                told_multiple(that, value - true, dz @ right[1].T, f"{why}: dx {MOVED}", 3)
            if name == "dw":
                told_multiple(that, value - true, w, f"{why}: dw {DECAY}", 3)
                slips[f"is that of the last of {len(x)} images; sum over all"] = np.outer(x[-1], dz[-1])
                slips[f"is that of the first of {len(x)} images; sum over all"] = np.outer(x[0], dz[0])
                slips["is transposed"] = true.T
                slips["holds relu(x) where x is asked for"] = np.maximum(x, 0).T @ dz
            nan = np.isnan(value).any()
            that(not nan, f"{why}: {name} holds nan: what do you divide by? An off unit's output is 0", 1)
            told(that, value, true, slips, f"{why}: {name}", 2)
            rough = nearly(value, true)
            that(not rough, f"{why}: {name} is right to three digits or so. Is something rounded?", 2)
            i = where(value, true)
            at = [int(k) for k in i]
            words = f"{why}: {name}{at} should be {true[i]:.4g}; yours is {value[i]:.4g}"
            that(np.allclose(value, true, rtol=1e-4, atol=1e-5 * np.abs(true).max()), words, 2)

    rng = np.random.default_rng(0)

    def draw(n, d, m):
        return [rng.normal(size=shape) for shape in ((n, m), (n, d), (d, m), (m,))]

    expect([[1, 10]], [[1, 2]], [[1, -1], [1, -1]], [0, 0], "one image, the second unit off")
    dh, x, w, b = draw(5, 4, 3)
    expect(dh, x, w, b - [4, 0, 0.5], "5 images, 4 inputs, 3 outputs")
    expect(*draw(5, 4, 3), "once more", again=True)
    expect(*draw(2, 3, 6), "2 images, 3 inputs, 6 outputs")
    expect(*draw(4, 4, 4), "4 images, 4 inputs, 4 outputs")
    expect(*draw(1, 3, 2), "a single image")
    expect(*draw(6, 1, 1), "a single input and output")
    expect([[3, 5], [7, 11]], [[0, 0], [2, 1]], [[1, 1], [-2, 1]], [0, 0], "sums of exactly 0")
    expect(
        [[3, 5]],
        [[2**-12, 0]],
        [[2**-12, -(2**-12)], [1, 1]],
        [0, 0],
        "sums of ±0.00000006 (just above 0 is above 0)",
    )
    dh, x, w, b = draw(3, 2, 4)
    expect(dh, -np.abs(x), np.abs(w), b * 0 + 5, "a bias that turns units on")
    expect(dh, 10 * np.abs(x), np.abs(w) + 1, b * 0, "sums far above 0")
    expect(1000 * dh, x / 1000, w, b, "large gradients and small inputs")
    expect(dh / 10_000, x, w, b, "small gradients (none is too small to count)")
