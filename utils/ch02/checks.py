"""Lab 02's checks: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import numpy as np

from utils.ch02 import lab
from utils.checks import check


@check("02-layer")
def check_layer(that, layer_backward):
    names = ("dx", "dw", "db")

    def expect(dh, x, w, b, why):
        given = [np.array(array, float) for array in (dh, x, w, b)]
        dh, x, w, b = (array.copy() for array in given)
        z = x @ w + b
        dz = np.where(z > 0, dh, 0)
        right = np.einsum("nm,dm->nd", dz, w), np.einsum("nd,nm->dm", x, dz), np.einsum("nm->m", dz)
        for array in given:
            array.flags.writeable = False
        got = layer_backward(*given)
        three = isinstance(got, tuple | list) and len(got) == 3
        that(three, "return three arrays, (dx, dw, db)", 2)
        for name, value, true, of in zip(names, got, right, (x, w, b), strict=True):
            shape = np.shape(value)
            that(shape == of.shape, f"{why}: {name} has shape {shape}; {of.shape} is asked for", 2)
            value, slips = np.asarray(value, float), explain(name, dh, x, w, z, true)
            slip = next((words for words, other in slips if np.allclose(value, other)), None)
            that(slip is None, f"{why}: {name} {slip}", 1 if "ReLU" in str(slip) else 3)
            i = np.unravel_index(np.argmax(np.abs(value - true)), true.shape)
            at = [int(k) for k in i]
            words = f"{why}: {name}{at} should be {true[i]:.4g}; yours is {value[i]:.4g}"
            that(np.allclose(value, true, rtol=1e-4, atol=1e-5 * np.abs(true).max()), words, 2)

    def explain(name, dh, x, w, z, true):
        """What a gradient would be with one slip or another, where that isn't the right one."""
        made = {"dx": lambda d: d @ w.T, "dw": lambda d: x.T @ d, "db": lambda d: d.sum(axis=0)}[name]
        slips = [
            ("ignores the ReLU: where z is 0 or less, nothing gets through", made(dh)),
            ("ignores b: z is x @ w + b", made(dh * (x @ w > 0))),
            ("lets z = 0 through the ReLU; its derivative there is 0", made(dh * (z >= 0))),
            (f"is divided by n = {len(x)}: that is in dh already", true / len(x)),
            ("has the wrong sign", -true),
        ]
        return [(words, other) for words, other in slips if not np.allclose(other, true)]

    rng = np.random.default_rng(0)

    def draw(n, d, m):
        return [rng.normal(size=shape) for shape in ((n, m), (n, d), (d, m), (m,))]

    expect([[1, 10]], [[1, 2]], [[1, -1], [1, -1]], [0, 0], "one image, the second unit off")
    expect(*draw(5, 4, 3), "5 images, 4 inputs, 3 outputs")
    expect(*draw(2, 3, 6), "2 images, 3 inputs, 6 outputs")
    expect(*draw(4, 4, 4), "4 images, 4 inputs, 4 outputs")
    expect(*draw(1, 3, 2), "a single image")
    expect(*draw(6, 1, 1), "a single input and output")
    expect([[3, 5], [7, 11]], [[0, 0], [2, 1]], [[1, 1], [-2, 1]], [0, 0], "sums of exactly 0")
    expect([[3, 5]], [[2**-12, 0]], [[2**-12, -(2**-12)], [1, 1]], [0, 0], "sums of ±0.00000006")
    dh, x, w, b = draw(3, 2, 4)
    expect(dh, -np.abs(x), np.abs(w), b * 0 + 5, "a bias that turns units on")
    expect(1000 * dh, x / 1000, w, b, "large gradients and small inputs")
    expect(dh / 10_000, x, w, b, "small gradients")


@check("02-loss")
def check_loss(that, loss_and_gradient):
    def expect(logits, y, why, hint=2):
        logits, y = np.array(logits, float), np.array(y)
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        truth = np.where(y[:, None] == np.arange(z.shape[1]), 1.0, 0.0)
        has = truth.sum(axis=1)
        right = -np.sum(truth * log_p) / has.sum()
        slope = has[:, None] * (np.exp(log_p) - truth) / has.sum()
        given = logits.copy(), y.copy()
        for array in given:
            array.flags.writeable = False
        with np.errstate(all="ignore"):
            got = loss_and_gradient(*given)
        two = isinstance(got, tuple | list) and len(got) == 2
        that(two, "return two things: the loss, and its gradient", 3)
        that(np.shape(got[0]) == (), f"the loss is one number; yours has shape {np.shape(got[0])}", 3)
        shape = np.shape(got[1])
        that(shape == logits.shape, f"the gradient has shape {shape}; {logits.shape} is asked for", 3)
        loss, gradient = float(got[0]), np.asarray(got[1], float)
        finite = np.isfinite(loss) and np.isfinite(gradient).all()
        that(finite, f"{why}: your loss is {loss}, or the gradient isn't finite. Which exp overflows?", 2)
        over_n = np.isclose(loss, right * has.sum() / len(y)) and has.sum() < len(y) and right > 1e-6
        words = f"{why}: you divide by all {len(y)} images; {int(has.sum())} have a label"
        that(not over_n, words, 1)
        words = f"{why}: the loss should be {right:.7g}; yours is {loss:.7g}"
        that(np.isclose(loss, right, rtol=1e-4, atol=1e-5), words, hint)
        off = np.abs(gradient[y < 0]).max() if (y < 0).any() else 0
        that(off == 0, f"{why}: an image without a label has gradient 0; yours has {off:.3g}", 1)
        n_times = np.allclose(gradient, slope * has.sum(), atol=1e-6) and has.sum() > 1 and slope.any()
        that(not n_times, f"{why}: the gradient is a sum over the images, the loss a mean", 3)
        over_n = np.allclose(gradient, slope * has.sum() / len(y)) and has.sum() < len(y) and slope.any()
        words = f"{why}: the gradient is divided by all {len(y)} images; {int(has.sum())} have a label"
        that(not over_n, words, 1)
        i, j = np.unravel_index(np.argmax(np.abs(gradient - slope)), slope.shape)
        words = f"{why}: the gradient of image {i} by logit {j} should be {slope[i, j]:.4f}"
        digits = 1e-6 if np.abs(logits).max() < 100 else 1e-4  # what float32 has left
        close = np.allclose(gradient, slope, rtol=1e-4, atol=digits)
        that(close, f"{words}; yours is {gradient[i, j]:.4f}", 3)

    logits = [[2, 0, -1], [0.5, 0.2, 0.1], [-1, 0, 3], [0, 0, 0], [1, 4, 1]]
    expect(logits, [0, 1, 2, 1, 1], "five images, all labelled", 3)
    expect(logits, [0, -1, 2, -1, 0], "two of five without a label", 1)
    expect(logits, [-1, -1, -1, -1, 2], "only the last is labelled", 1)
    expect([[1, 2], [3, 1], [0, 1]], [1, -1, 1], "two classes", 1)
    expect(np.array(logits) + 1000, [2, 0, -1, 0, 0], "logits of 1000 and more")
    expect(np.array(logits) - 1000, [2, 0, 1, -1, 0], "logits of −1000 and less")
    expect([[1000, 0, -1000], [0, 0, 0]], [2, 1], "two images, one with a loss of 2000")
    expect([[0, -60], [0, 1]], [1, 0], "two images, one with a loss of 60")
    expect([[5, 900, 1], [1, 2, 3]], [0, -1], "one with a loss of 895, one without a label")
    expect([[0, 0, -900]], [2], "a loss of 900.7, two logits at the top")
    expect([[1, 0, -900]], [1], "two likely classes, one impossible")
    expect([[6, 0, 0]], [0], "an image that is nearly sure")
    expect([[7]], [0], "a single class: loss 0, gradient 0")


def _promises(that, optimizer, params, right, handed, lent, grads, t, now):
    """For check 3: what a step has to leave as it was, and what the optimizer has to keep."""
    moved = not all(map(np.array_equal, params, right)) or not any(g.any() for g in grads)
    that(moved, f"{now}: the arrays in params are what they were: change them in place", 2)
    same = all(a is b for a, b in zip(handed, params, strict=True))
    that(same, f"{now}: there are new arrays in params; change the old ones in place", 2)
    same = all(map(np.array_equal, lent, grads))
    that(same, f"{now}: grads are changed, which belong to the caller", 2)
    lacks = [name for name in "tmv" if not hasattr(optimizer, name)]
    that(not lacks, f"{now}: your optimizer has no {' and no '.join(lacks)}", 1)
    lists = all(isinstance(kept, list | tuple) for kept in (optimizer.m, optimizer.v))
    that(lists, f"{now}: m and v should be lists, with an array for each parameter", 1)
    that(optimizer.t == t, f"{now}: t should be {t}; yours is {optimizer.t}", 1)
    nan = any(np.isnan(w).any() for w in params)
    that(not nan, f"{now}: a weight is nan. Was t counted before it was used? 1 − β⁰ is 0", 1)


@check("02-adam")
def check_adam(that, Adam):
    def follow(history, why, lrs, **given):
        """history: for each step a list of gradients. Compare every state with its definition."""
        beta1, beta2, eps = ({"beta1": 0.9, "beta2": 0.999, "eps": 1e-8} | given).values()
        params = [np.full(np.shape(g)[::-1], 0.5).T for g in history[0]]
        right, buffers = [w.copy() for w in params], [np.zeros(w.shape) for w in params]
        optimizer = Adam(lrs[0], **given)
        for t, (grads, lr) in enumerate(zip(history, lrs, strict=True), start=1):
            grads = [np.array(g, float) for g in grads]
            for buffer, g in zip(buffers, grads, strict=True):
                buffer[...] = g  # the caller writes into the same arrays each time, or almost
            optimizer.lr, now = lr, f"{why}, after step {t}"
            handed, lent = list(params), [g.copy() for g in grads] if t % 2 else buffers
            optimizer.step(handed, lent)
            _promises(that, optimizer, params, right, handed, lent, grads, t, now)
            for buffer in buffers:
                buffer[...] = -7.0
            for k in range(len(params)):
                past = [np.array(step[k], float) for step in history[:t]]
                m = sum((1 - beta1) * beta1 ** (t - 1 - i) * g for i, g in enumerate(past))
                v = sum((1 - beta2) * beta2 ** (t - 1 - i) * g**2 for i, g in enumerate(past))
                corrected = m / (1 - beta1**t), v / (1 - beta2**t)
                right[k] -= lr * corrected[0] / (np.sqrt(corrected[1]) + eps)
                both = optimizer.m, optimizer.v
                for name, got, true, other in zip("mv", both, (m, v), corrected, strict=True):
                    that(len(got) == len(params), f"{name} should be a list of {len(params)} arrays", 1)
                    shape = np.shape(got[k])
                    that(shape == true.shape, f"{name}[{k}] has shape {shape}, not {true.shape}", 1)
                    stored = np.allclose(got[k], other, rtol=1e-3, atol=0) and t < 3 and true.any()
                    words = f"{name} should start at 0, and be kept before bias correction"
                    that(not stored, f"{now}: {words}", 2)
                    i = np.argmax(np.abs(np.ravel(got[k]) - np.ravel(true)))
                    held = [np.ravel(array)[i] for array in (true, got[k])]
                    words = f"{name}[{k}] should hold {held[0]:.5g}; yours, {held[1]:.5g}"
                    that(np.allclose(got[k], true, rtol=1e-3, atol=1e-25), f"{now}: {words}", 3)
                i = np.argmax(np.abs(np.ravel(params[k]) - np.ravel(right[k])))
                g = np.ravel(past[-1])[i]
                words = f"w where the gradient is {g:.3g} should be {np.ravel(right[k])[i]:.6f}"
                close = np.allclose(params[k], right[k], rtol=0, atol=1e-4 * max(lrs))
                that(close, f"{now}: {words}; yours is {np.ravel(params[k])[i]:.6f}", 3)
                params[k] += 0.25  # the caller changes it, too
                right[k] = params[k].copy()

    follow([[[1.0, -3.0]], [[2.0, 0.5]], [[-1.0, 4.0]]], "one array", [0.1] * 3)
    follow([[[[1.0], [0.1]], [5.0]], [[[2.0], [-0.3]], [0.0]]], "two arrays of other shapes", [0.1] * 2)
    follow([[[[1.0, 2.0, 3.0]] * 2, 5.0], [[[3.0, 2.0, 50.0]] * 2, 0.0]], "a matrix and a number", [0.1] * 2)
    one, other = Adam(0.1), Adam(0.1)
    one.step([np.zeros(1)], [np.ones(1)])
    kept = one.t, one.m[0].copy()
    other.step([np.zeros(2)], [np.full(2, 5.0)])
    alone = one.t == kept[0] and np.array_equal(one.m[0], kept[1])
    that(alone, "two optimizers at once disturb each other: keep everything in self", 1)
    follow([[[1e-8, 1e-7, 1e-9]]] * 3, "tiny gradients, where ε counts", [0.1] * 3)
    follow([[[0.0, 1.0]]] * 2, "a gradient of 0", [0.1] * 2)
    follow([[[1.0, -2.0]]] * 4, "lr set to 0.01, then to 0.2", [0.1, 0.1, 0.01, 0.2])
    follow([[[1.0, -0.2]], [[-2.0, 0.1]]] * 15, "thirty steps", [0.1] * 30)
    given = {"beta1": 0.5, "beta2": 0.8, "eps": 0.3}
    follow([[[1.0, -0.2]], [[-2.0, 0.1]]] * 4, "betas of 0.5 and 0.8, ε of 0.3", [0.1] * 8, **given)


SLIPS = {  # what is done to the gradients of lab.slips, in its order: which of them are wrong
    "exact gradients": [],
    "8 parts in 100,000 too large": [],
    "large gradients, 8 parts in 100,000 too large": [],
    "0.00003 of the largest, where it should be 0": [],
    "one number of 900 off by 0.0007 of the largest": ["w"],
    "the last number off": ["w"],
    "small gradients, doubled": ["small"],
    "small gradients, 0.1% too large": ["small"],
    "small gradients, all zeros": ["small"],
    "the wrong sign": ["w"],
    "13 parts in 100,000 too large": ["w"],
    "a gradient where there should be none": ["unused"],
    "a nan": ["w"],
    "an infinity": ["w"],
}


@check("02-gradcheck")
def check_gradcheck(that, numeric_gradient, suspects):
    def numeric(loss, params, true, why, hint=1, **options):
        kept = {name: array.copy() for name, array in params.items()}
        got = numeric_gradient(loss, params, **options)
        names = list(got) if isinstance(got, dict) else got
        asked = isinstance(got, dict) and set(got) == set(params)
        that(asked, f"a dict with {list(params)} is asked for; you returned {names}", 1)
        for name, array in params.items():
            same = np.array_equal(array, kept[name])
            that(same, f"{why}: afterwards {name} is not what it was, to the last bit", 1)
            shape = np.shape(got[name])
            words = f"{why}: the gradient by {name} has shape {shape}, not {array.shape}"
            that(shape == array.shape, words, 2)
            value = np.asarray(got[name], float)
            i = np.unravel_index(np.argmax(np.abs(value - true[name])), value.shape)
            at = f"{name}{[int(k) for k in i]}" if i else name
            words = f"{why}: by {at} it is {true[name][i]:.6g}; yours is {value[i]:.6g}"
            that(np.allclose(value, true[name], rtol=1e-5, atol=1e-8), words, hint)

    def find(loss, params, grads, right, why, hint=3):
        kept, before = ({n: array.copy() for n, array in given.items()} for given in (grads, params))
        got = suspects(loss, params, grads)
        that(isinstance(got, list | tuple), f"suspects returns a list of names; yours is {got!r}", 3)
        same = all(np.array_equal(grads[name], kept[name], equal_nan=True) for name in kept)
        that(same, "suspects changed the gradients that it was given", 3)
        same = all(np.array_equal(params[name], before[name]) for name in before)
        that(same, "afterwards params is not what suspects was given", 1)
        words = f"{why}: {' and '.join(right) or 'nothing'} should be found; you found {list(got)}"
        that(list(got) == right, words, hint)

    rng = np.random.default_rng(0)
    w = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([[0.5, -1.0]])}

    def square(p):
        return float(np.sum(p["a"] ** 2) + 3 * np.sum(p["b"]))

    numeric(square, w, {"a": 2 * w["a"], "b": np.full((1, 2), 3.0)}, "Σ a² + 3 Σ b")
    steep = {"a": np.array([0.0, 0.1])}
    slope = {"a": 30 * np.exp(30 * steep["a"])}
    numeric(lambda p: np.sum(np.exp(30 * p["a"])), steep, slope, "Σ exp(30 a), far from straight")
    cube = {"a": np.array(2.0)}, {"a": np.array(12.25)}
    numeric(lambda p: np.sum(p["a"] ** 3), *cube, "a³ at 2 with ε = 0.5", eps=0.5)
    odd = {"turned": rng.normal(size=(2, 3)).T, "deep": rng.normal(size=(2, 2, 3))}
    odd["every second"] = rng.normal(size=(6, 2))[::2]
    twice = {name: 2 * array for name, array in odd.items()}
    numeric(lambda p: sum(np.sum(a**2) for a in p.values()), odd, twice, "Σ a² of odd arrays", 2)
    params, x, y = lab.small_network(rng)
    planted = dict(reversed(lab.buggy_gradients(params, x, y).items()))
    find(lambda p: lab.network_loss(p, x, y), params, planted, ["w2", "b3"], "the network with two bugs")
    big, loss, cases = lab.slips(rng)
    for (why, right), grads in zip(SLIPS.items(), cases, strict=True):
        find(loss, big, grads, right, why)


@check("02-swish")
def check_swish(that, swish, swish_backward):
    def sigma(a):
        return np.where(a >= 0, 1, np.exp(-np.abs(a))) / (1 + np.exp(-np.abs(a)))

    def expect(dh, z, beta, why, hint=2):
        dh, z, beta = (np.array(array, float) for array in (dh, z, beta))
        s = sigma(beta * z)
        by_z, by_beta = s + beta * z * s * sigma(-beta * z), z**2 * s * sigma(-beta * z)
        right = {"h": z * s, "dz": dh * by_z, "dbeta": (dh * by_beta).sum(axis=0)}
        given = [array.copy() for array in (dh, z, beta)]
        for array in given:
            array.flags.writeable = False
        with np.errstate(all="ignore"):
            both, h = swish_backward(*given), swish(*given[1:])  # neither needs the other
        two = isinstance(both, tuple | list) and len(both) == 2
        that(two, "swish_backward returns two arrays, (dz, dbeta)", 3)
        for (name, true), value in zip(right.items(), (h, *both), strict=True):
            shape = np.shape(value)
            that(shape == true.shape, f"{why}: {name} has shape {shape}; {true.shape} is asked for", 1)
            value = np.asarray(value, float)
            bad = value[~np.isfinite(value)]
            that(not len(bad), f"{why}: {name} holds {bad[:1]}. Is it ∞/∞, or 0 times ∞?", 2)
            slips = {
                "is not multiplied by dh": by_z if name == "dz" else by_beta.sum(axis=0),
                f"is divided by n = {len(z)}; a sum over the images is asked for": true / len(z),
                "is only σ(βz): z stands in two places, use the product rule": dh * s,
                "lacks the factor β that σ(βz) brings with it": dh * (s + z * s * (1 - s)),
            }
            for words, other in slips.items() if name != "h" else ():
                telling = np.shape(other) == true.shape and not np.allclose(other, true)
                that(not (telling and np.allclose(value, other)), f"{why}: {name} {words}", 1)
            i = np.unravel_index(np.argmax(np.abs(value - true)), true.shape)
            at = [int(k) for k in i]
            words = f"{why}: {name}{at} should be {true[i]:.5g}; yours is {value[i]:.5g}"
            that(np.allclose(value, true, rtol=1e-4, atol=1e-6), words, hint)

    expect([[1.0]], [[2.0]], [1.0], "z = 2, β = 1")
    expect([[3.0]], [[2.0]], [1.0], "z = 2, β = 1, dh = 3")
    expect([[1.0]], [[2.0]], [0.5], "z = 2, β = ½")
    expect([[1.0, 1.0]], [[-1.0, 1.0]], [2.0, -3.0], "two units, β = 2 and −3")
    rng = np.random.default_rng(0)
    for n, m in ((5, 3), (2, 4), (4, 4), (1, 3)):
        expect(
            rng.normal(size=(n, m)), rng.normal(0, 2, (n, m)), rng.normal(size=m), f"{n} images, {m} units"
        )
    expect(rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), [0.0, 0.0], "β = 0, which is z/2")
    expect([[2.0, 2.0]], [[0.0, 0.0]], [1.0, -1.0], "z = 0")
    expect([[1.0, 1.0, 1.0, 1.0]], [[1000.0, -1000.0, 1000.0, -1000.0]], [1, 1, -1, -1], "z of ±1000")
    expect([[1.0, 1.0]], [[30.0, -30.0]], [0.1, 0.1], "z of ±30, β = 0.1")
    expect([[1.0, 1.0, 1.0]], [[1000.0] * 3], [0.001, 0.0, 0.015], "z of 1000, β near 0")
    expect([[1.0, 1.0]], [[-8.0, 0.1]], [1.0, 6.0], "z = −8 with β = 1, z = 0.1 with β = 6")
