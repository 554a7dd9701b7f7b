"""Lab 02's checks, but Adam's: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import numpy as np

from utils.ch02 import lab
from utils.ch02.check_adam import check_adam
from utils.checks import check

__all__ = ["check_adam", "check_gradcheck", "check_layer", "check_loss", "check_swish"]


def several(that, got, names, function, why, hint):
    """What came back is a tuple or a list of as many things as there are names."""
    asked = f"({', '.join(names)})"
    that(got is not None, f"{function} returns nothing; is there a return? {asked} is asked for", hint)
    kind = f"a {type(got).__name__}"
    if isinstance(got, tuple | list):
        kind = f"{len(got)} of them"
    fine = isinstance(got, tuple | list) and len(got) == len(names)
    that(fine, f"{why}: {function} returns {asked}, a tuple or a list; yours is {kind}", hint)


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


# ---- 1 · layer -----------------------------------------------------------------------------------


def masked(dh, x, w, b):
    """{words: what stands for dz after that slip}."""
    z, tanh = x @ w + b, np.tanh(x @ w + b)
    return {
        ("ignores the ReLU: where z is 0 or less, nothing gets through", 1): dh,
        ("ignores b: z is x @ w + b", 1): dh * (x @ w > 0),
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
        ("is clipped to ±1", 2): np.clip(dh * (z > 0), -1, 1),
    }


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
            if name == "dw":
                slips["is transposed"] = true.T
                slips["holds relu(x) where x is asked for"] = np.maximum(x, 0).T @ dz
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
    expect(*draw(5, 4, 3), "5 images, 4 inputs, 3 outputs")
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
    expect(1000 * dh, x / 1000, w, b, "large gradients and small inputs")
    expect(dh / 10_000, x, w, b, "small gradients (none is too small to count)")


# ---- 2 · loss ------------------------------------------------------------------------------------


@check("02-loss")
def check_loss(that, loss_and_gradient):
    def expect(logits, y, why, hint=2):
        logits, y = np.array(logits, float), np.array(y)
        c = logits.shape[1]
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        truth = np.where(y[:, None] == np.arange(c), 1.0, 0.0)
        has = truth.sum(axis=1)
        count, p = int(has.sum()), np.exp(log_p)
        right, slope = -np.sum(truth * log_p) / count, has[:, None] * (p - truth) / count
        given = logits.copy(), y.copy()
        for array in given:
            array.flags.writeable = False
        with np.errstate(all="ignore"):
            got = loss_and_gradient(*given)
        several(that, got, ("loss", "gradient"), "loss_and_gradient", why, 3)
        swapped = np.shape(got[0]) == logits.shape and np.shape(got[1]) == ()
        that(not swapped, f"{why}: the order is (loss, gradient); yours is the other way round", 3)
        that(np.shape(got[0]) == (), f"{why}: the loss is one number; yours has shape {np.shape(got[0])}", 3)
        gradient = an_array(that, got[1], "the gradient", logits.shape, why, 3)
        loss, off = float(got[0]), gradient[y < 0]
        sure = np.isfinite(loss) and np.isfinite(gradient[y >= 0]).all()
        why_not = "which exp overflows? Each row needs its own maximum subtracted"
        if not np.abs(logits).max() > 100:
            why_not = "the logits are small: is a logarithm of 0 or a division by 0 in it?"
        that(sure, f"{why}: the loss is {loss:.4g}, or the gradient isn't finite; {why_not}", 2)
        _loss(loss, right, log_p, truth, has, y, why, hint)
        some = (y < 0).any() and np.any(off != 0)
        first = off[np.flatnonzero(np.any(off != 0, axis=1))[0]] if some else []
        words = f"{why}: an image without a label has gradient 0; yours has {np.round(first, 3)}"
        that(not some, words, 1)
        _gradient(gradient, slope, p, truth, has, y, why)
        i, j = where(gradient, slope)
        part = f"(p − 1)/{count}" if y[i] == j else f"p/{count}"
        part = f"{part}, with p = {p[i, j]:.4f}" if y[i] >= 0 else "no label"
        words = f"{why}: the gradient of image {i} by logit {j} should be {slope[i, j]:.4f} ({part})"
        digits = 1e-6 if np.abs(logits).max() < 100 else 1e-4  # what float32 has left
        close = np.allclose(gradient, slope, rtol=1e-4, atol=digits)
        that(close, f"{words}; yours is {gradient[i, j]:.4f}", 3)

    def _loss(loss, right, log_p, truth, has, y, why, hint):
        n, count, losses = len(y), int(has.sum()), -np.sum(truth * log_p, axis=1)[has > 0]
        z = log_p - log_p.max(axis=1, keepdims=True)
        log_sum, of_true = np.log(np.exp(z).sum(axis=1))[has > 0], np.sum(truth * z, axis=1)[has > 0]
        above = losses[(y > 0)[has > 0]]
        slips = {
            f"is divided by all {n} images; {count} have a label": right * count / n,
            "is a sum over the images; their mean is asked for": right * count,
            "has the wrong sign: it is minus the logarithm of a probability": -right,
            "is to base 10; the natural logarithm, np.log, is asked for": right / np.log(10),
            "is to base 2; the natural logarithm, np.log, is asked for": right / np.log(2),
            "has a logarithm to base 10; np.log is asked for": np.mean(log_sum / np.log(10) - of_true),
            "has a logarithm to base 2; np.log is asked for": np.mean(log_sum / np.log(2) - of_true),
            "lacks the logarithm of the sum": -np.mean(of_true) if np.any(of_true) else None,
            "is that of equal probabilities: are logits, or the exponents, clipped?": np.log(log_p.shape[1]),
            "is the median of the images' losses; the mean is asked for": np.median(losses),
            "is divided by the number of classes too": right / log_p.shape[1],
            "counts −1 as a label: as an index it is the last class": -log_p[np.arange(n), y].mean(),
            "counts −1 as class 0": -log_p[np.arange(n), np.maximum(y, 0)].mean(),
            "leaves out class 0, which is a class; −1 alone means no label": above.mean()
            if len(above)
            else None,
        }
        told(that, loss, right, slips, f"{why}: the loss", 1, atol=1e-7)
        capped = right > 15 and 0 < loss < 0.99 * right
        words = "was a probability clipped, or a small number added inside a logarithm? That caps the loss"
        that(not capped, f"{why}: the loss is {right:.7g}; yours is {loss:.4g}: {words}", 2)
        huge = loss > 1e300
        that(
            not huge,
            f"{why}: the loss is {right:.7g}; yours is {loss:.3g}: an infinity that was replaced?",
            2,
        )
        columns = f"{why}: the loss should be {right:.7g}; yours is {loss:.7g}"
        columns += ". Does the sum (and the maximum) run over the classes, axis 1?" if hint == 3 else ""
        that(np.isclose(loss, right, rtol=1e-4, atol=1e-5), columns, hint)

    def _gradient(gradient, slope, p, truth, has, y, why):
        n, count, rows = len(y), int(has.sum()), has[:, None]
        slips = {
            ("is a sum over the images, the loss a mean", 3): slope * count,
            (f"is divided by all {n} images; {count} have a label", 1): slope * count / n,
            ("is divided by √n; the mean divides by the number of labelled images", 1): slope
            * np.sqrt(count),
            ("has the wrong sign: it is p − Y", 3): -slope,
            ("is p alone; 1 at the true class is to be subtracted", 3): rows * p / count,
            ("adds 1 at the true class; subtract it", 3): rows * (p + truth) / count,
            ("is divided by the number of classes too", 3): slope / p.shape[1],
            ("is multiplied by p (1 − p); p − Y is all, σ′ has cancelled", 3): slope * p * (1 - p),
            ("is multiplied by p; p − Y is all", 3): slope * p,
            ("is that with respect to p; the logits are asked for: p − Y", 3): rows
            * (p * (1 - truth) - truth / np.maximum(p, 1e-300))
            / count,
            ("leaves out class 0, which is a class; −1 alone means no label", 1): slope
            * (y > 0)[:, None]
            * count
            / max(1, np.sum(y > 0)),
            ("lacks images that have a label: only one image was meant to be 0, or none", 1): slope
            * (np.arange(n) != np.argmin(y))[:, None],
        }
        told(that, gradient, slope, slips, f"{why}: the gradient", 3, atol=1e-6)
        sums = np.abs(gradient.sum(axis=1)).max()
        words = f"{why}: each row of p − Y adds up to 0; one of yours to {sums:.3g}"
        that(sums < 1e-3, words, 3)
        rough = nearly(gradient, slope)
        that(not rough, f"{why}: the gradient is right to three digits or so. Is something rounded?", 3)

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


# ---- 4 · gradcheck -------------------------------------------------------------------------------

ZEROS = "where both are 0 throughout, all is well: 0 ≤ 10⁻⁴·0 holds, 0 < 0 and 0/0 don't"
ONE = (
    "one wrong number is a bug: the largest difference, no mean, is compared with 10⁻⁴ of the largest number"
)
FINE = "a difference of up to 10⁻⁴ of the array's largest number is none"
SLIPS = {  # what is done to the gradients of lab.slips, in its order: which of them are wrong, and the rule
    "exact gradients": ([], f"{FINE}; {ZEROS}"),
    "8 parts in 100,000 too large": ([], FINE),
    "large gradients, 8 parts in 100,000 too large": ([], f"{FINE}, however large it is"),
    "0.00003 of the largest, where it should be 0": ([], f"{FINE}, not of the number at that place"),
    "one number of 900 off by 0.0007 of the largest": (["w"], ONE),
    "the last number off, by less than nothing": (["w"], f"{ONE}; a difference may be negative: take np.abs"),
    "small gradients, doubled": (
        ["small"],
        "the difference counts relative to the array's own largest number",
    ),
    "small gradients, 0.1% too large": (["small"], "the limit is 10⁻⁴ of the array's own largest number"),
    "small gradients, all zeros": (["small"], "the larger of the two arrays' largest numbers is what counts"),
    "the wrong sign": (["w"], "a gradient of the wrong sign is wrong: compare numbers, not their sizes"),
    "13 parts in 100,000 too large": (["w"], "the limit is 10⁻⁴ of the largest number"),
    "a gradient where there should be none": (["unused"], "that is the largest number of both: it is wrong"),
    "a nan": (["w"], "no comparison with a nan is true: write not (… <= …), or ask np.isfinite"),
    "an infinity": (["w"], "inf <= 10⁻⁴·inf holds: ask np.isfinite"),
    "a nan where the gradient is 0": (["w"], "a nan is wrong wherever it stands, and no 0"),
    "a nan where all of the array's gradients are 0": (
        ["unused"],
        "a nan is wrong wherever it stands, and no 0",
    ),
}


@check("02-gradcheck")
def check_gradcheck(that, numeric_gradient, suspects):
    def numeric(loss, params, true, why, hint=1, slips=None, **options):
        kept = {name: array.copy() for name, array in params.items()}

        def whole(p):
            lacks = sorted(set(params) - set(p)) if isinstance(p, dict) else list(params)
            that(not lacks, f"{why}: loss was called without {' and '.join(lacks)}; hand it all of params", 1)
            return loss(p)

        got = numeric_gradient(whole, params, **options)
        that(got is not None, f"{why}: numeric_gradient returns nothing; is there a return?", 1)
        asked = isinstance(got, dict) and set(got) == set(params)
        yours = f"a dict with {list(got)}" if isinstance(got, dict) else f"a {type(got).__name__}"
        that(asked, f"{why}: a dict with {list(params)} is asked for; yours is {yours}", 1)
        for name, array in params.items():
            after = np.array_equal(array, kept[name])
            close = np.allclose(array, kept[name], rtol=0, atol=1e-9)
            word = "by a rounding error: put back the number that you kept (a row that you kept is a view)"
            word = word if close else "put back each number before you go on to the next"
            that(after, f"{why}: afterwards {name} is not what it was, to the last bit; {word}", 1)
            value = an_array(that, got[name], f"the gradient by {name}", array.shape, why, 2)
            right = true[name]
            words = f"{why}: the gradient by {name}"
            named = {
                "is 0 throughout: do your changes reach the loss? A copy's don't (ravel makes one)": 0
                * right,
                "has the wrong sign": -right,
                "is half of what is right: between up and down lie 2 ε": right / 2,
                "is twice what is right: between up and down lie 2 ε": right * 2,
                "is 4 times what is right: between up and down lie 2 ε": right * 4,
            }
            told(that, value, right, named | {k: v[name] for k, v in (slips or {}).items()}, words, hint)
            i = where(value, right)
            at = f"{name}{[int(k) for k in i]}" if i else name
            rough = nearly(value, right)
            that(
                not rough, f"{words} is right to three digits or so; are numbers, or the loss, in float32?", 2
            )
            turn = ". Was it that number's turn?" if value[i] == 0 else ""
            words = f"{why}: by {at} it is {right[i]:.6g}; yours is {value[i]:.6g}{turn}"
            that(np.allclose(value, right, rtol=1e-5, atol=1e-8), words, hint)

    def find(loss, params, grads, right, why, rule, hint=3):
        kept, before = ({n: array.copy() for n, array in given.items()} for given in (grads, params))
        got = suspects(loss, params, grads)
        that(got is not None, f"{why}: suspects returns nothing; is there a return?", 1)
        yours = repr(got) if isinstance(got, str | int | set | dict) else f"a {type(got).__name__}"
        that(isinstance(got, list | tuple), f"suspects returns a list of names; yours is {yours}", 3)
        names = all(isinstance(name, str) and name in params for name in got)
        that(names, f"suspects returns a list of names, nothing else; yours holds {list(got)[:2]}", 3)
        changed = [n for n in kept if not np.array_equal(grads[n], kept[n], equal_nan=True)]
        that(not changed, f"{why}: suspects changed {changed} in grads, which belongs to the caller", 3)
        same_ = all(np.array_equal(params[name], before[name]) for name in before)
        that(same_, f"{why}: afterwards params is not what suspects was given", 1)
        said = " and ".join(right) or "nothing"
        yours = " and ".join(got) or "nothing"
        words = f"{why}: {said} should be found; you found {yours}"
        other = sorted(got) == sorted(set(params) - set(right))
        that(not other, f"{words}: those are the ones that are right", 3)
        order = list(got) != right and sorted(got) == sorted(right)
        that(not order, f"{words}: names stand in the order of params", 3)
        first = len(right) > 1 and list(got) == right[:1]
        that(not first, f"{words}: do you stop at the first one?", 3)
        that(list(got) == right, f"{words}. The rule: {rule}", hint)

    rng = np.random.default_rng(0)
    w = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([[0.5, -1.0]])}

    def square(p):
        return float(np.sum(p["a"] ** 2) + 3 * np.sum(p["b"]))

    numeric(square, w, {"a": 2 * w["a"], "b": np.full((1, 2), 3.0)}, "Σ a² + 3 Σ b")
    w["a"] += 1
    again = "the same once more, with other numbers in a"
    kept = {"is the one from before: what was kept from the last call doesn't hold": {"a": 2 * w["a"] - 2}}
    kept = {k: v | {"b": np.full((1, 2), 3.0)} for k, v in kept.items()}
    numeric(square, w, {"a": 2 * w["a"], "b": np.full((1, 2), 3.0)}, again, slips=kept)
    steep, e = {"a": np.array([0.0, 0.1])}, 1e-5
    at = np.exp(30 * steep["a"])
    sided = {
        "is the one-sided difference; the central one is asked for": {"a": at * np.expm1(30 * e) / e},
        "is the one-sided difference (to the left); the central one is asked for": {
            "a": -at * np.expm1(-30 * e) / e
        },
    }
    numeric(
        lambda p: np.sum(np.exp(30 * p["a"])),
        steep,
        {"a": 30 * at},
        "Σ exp(30 a), far from straight",
        1,
        sided,
    )
    cube = {"a": np.array(2.0)}, {"a": np.array(12.25)}
    fine = {
        "is as for another ε, or by a finer formula: (L(w + eps) − L(w − eps)) / (2 eps)": {
            "a": np.array(12 + 1e-10)
        },
        "is as for an ε that grows with w; eps is given, and the same for all numbers": {"a": np.array(13.0)},
    }
    numeric(lambda p: np.sum(p["a"] ** 3), *cube, "a³ at 2 with ε = 0.5", slips=fine, eps=0.5)
    odd = {"turned": rng.normal(size=(2, 3)).T, "deep": rng.normal(size=(2, 2, 3))}
    odd["every second"] = rng.normal(size=(6, 2))[::2]
    twice = {name: 2 * array for name, array in odd.items()}
    numeric(
        lambda p: sum(np.sum(a**2) for a in p.values()),
        odd,
        twice,
        "Σ a² of odd arrays (three axes; transposed; every second row)",
        2,
    )
    params, x, y = lab.small_network(rng)
    planted = dict(reversed(lab.buggy_gradients(params, x, y).items()))
    rule = f"{FINE}; more is wrong"
    find(
        lambda p: lab.network_loss(p, x, y), params, planted, ["w2", "b3"], "the network with two bugs", rule
    )
    big, loss, cases = lab.slips(rng)
    for (why, (right, rule)), grads in zip(SLIPS.items(), cases, strict=True):
        find(loss, big, grads, right, why, rule)


# ---- 5 · swish -----------------------------------------------------------------------------------


def sigma(a):
    return np.where(a >= 0, 1, np.exp(-np.abs(a))) / (1 + np.exp(-np.abs(a)))


def swish_slips(name, dh, z, beta):
    """{words: what comes out after that slip}."""
    a = beta * z
    s, down = sigma(a), sigma(-a)
    bump = z * s * down
    if name == "h":
        return {
            "is a ReLU there, whatever β is": np.maximum(z, 0),
            "lacks the factor z: it is z σ(βz)": s,
            "ignores β: it is z σ(βz)": z * sigma(z),
            "has β outside: it is z σ(βz)": a * sigma(z),
            "has β twice: it is z σ(βz)": a * s,
            "takes β's size and not its sign": z * sigma(np.abs(beta) * z),
        }
    if name == "dz":
        of_abs, of_first, of_h = (sigma(b * y) for b, y in ((np.abs(beta), z), (beta[0], z), (beta, z * s)))
        return {
            "is 0 where z is 0; there it is dh/2": np.where(z == 0, 0, dh * (s + beta * bump)),
            "has σ of |β|·z; β keeps its sign": dh * (of_abs + np.abs(beta) * z * of_abs * (1 - of_abs)),
            "has σ of |β|·z; β has a sign": dh * (of_abs + a * of_abs * (1 - of_abs)),
            "has the first unit's β everywhere": dh * (of_first + beta[0] * z * of_first * (1 - of_first)),
            "has σ at β·h; it belongs at β·z": dh * (of_h + beta * z * s * of_h * (1 - of_h)),
            "has σ at β·h, and h for z; all is a function of z": dh * (of_h + a * of_h * (1 - of_h)),
            "is σ′ alone; the product rule has two terms, and β·z in one": dh * s * down,
            "is not multiplied by dh": s + beta * bump,
            "is only σ(βz): z stands in two places, use the product rule": dh * s,
            "lacks the factor β that σ(βz) brings with it": dh * (s + bump),
            "has the factor β twice": dh * (s + beta**2 * bump),
            "has β's size and not its sign": dh * (s + np.abs(beta) * bump),
            "has a minus between the two terms of the product rule": dh * (s - beta * bump),
            "lacks the first term of the product rule, σ(βz)": dh * beta * bump,
            "is multiplied by dh in one of its two terms only": dh * s + beta * bump,
            "is the sum of dh and the slope; the product is asked for": dh + s + beta * bump,
            "takes 1 − σ² for σ′, which is tanh's; it is σ (1 − σ)": dh * (s + a * (1 - s**2)),
            "takes σ (1 − σ²) for σ′; it is σ (1 − σ)": dh * (s + a * s * (1 - s**2)),
            "takes σ (1 + σ) for σ′; it is σ (1 − σ)": dh * (s + a * s * (1 + s)),
        }
    total = (dh * z * bump).sum(axis=0)
    return {
        "is not multiplied by dh": (z * bump).sum(axis=0),
        f"is divided by n = {len(z)}; a sum over the images is asked for": total / len(z),
        "has the factor z once; it comes in twice, from z σ and from βz": (dh * bump).sum(axis=0),
        "has the wrong sign": -total,
        "has a factor β; with respect to β, that is gone": (dh * a * bump).sum(axis=0),
        "takes 1 − σ² for σ′, which is tanh's; it is σ (1 − σ)": (dh * z**2 * (1 - s**2)).sum(axis=0),
        "takes σ (1 − σ²) for σ′; it is σ (1 − σ)": (dh * z**2 * s * (1 - s**2)).sum(axis=0),
        "lacks the sum over images: each unit has one β": np.broadcast_to((dh * z * bump)[0], total.shape),
    }


@check("02-swish")
def check_swish(that, swish, swish_backward):
    def expect(dh, z, beta, why, hint=2):
        dh, z, beta = (np.array(array, float) for array in (dh, z, beta))
        s, down = sigma(beta * z), sigma(-beta * z)
        right = {
            "h": z * s,
            "dz": dh * (s + beta * z * s * down),
            "dbeta": (dh * z**2 * s * down).sum(axis=0),
        }
        given = [array.copy() for array in (dh, z, beta)]
        for array in given:
            array.flags.writeable = False
        with np.errstate(all="ignore"):
            both, h = swish_backward(*given), swish(*given[1:])  # neither needs the other
        that(h is not None, f"{why}: swish returns nothing; is there a return?", 1)
        several(that, both, ("dz", "dbeta"), "swish_backward", why, 3)
        in_order(that, both, {"dz": z.shape, "dbeta": beta.shape}, why)
        columns = ": a row an image, a column a unit, each column with its own β"
        sums = ": one number a unit, the sum over the images (axis 0)"
        for (name, true), value in zip(right.items(), (h, *both), strict=True):
            value = an_array(that, value, name, true.shape, why, 1, sums if name == "dbeta" else columns)
            bad = value[~np.isfinite(value)]
            nan = "0/0: what do you divide by?" if not z.all() else "is it ∞/∞, or 0 times ∞?"
            that(not len(bad), f"{why}: {name} holds {bad[0] if len(bad) else ''}; {nan}", 2)
            told(that, value, true, swish_slips(name, dh, z, beta), f"{why}: {name}", 1, atol=1e-12)
            i = where(value, true)
            at = [int(k) for k in i]
            j = (0, i[0]) if name == "dbeta" else i
            unit = f"z = {z[j]:.5g}, β = {beta[j[1]]:.4g}, so σ(βz) = {s[j]:.4g}"
            words = f"{why}: {name}{at} (there {unit}) should be {true[i]:.8g}; yours is {value[i]:.8g}"
            special = len(z) == 1 and max(np.abs(z).max(), np.abs(beta).max()) > 7
            words += ". Is β·z or z cut off, or σ set to 0, ½ or 1, or rounded?" if special else ""
            rough = nearly(value, true) and not special
            words += ". Is something rounded, or β·z cut off?" if rough else ""
            that(np.allclose(value, true, rtol=1e-4, atol=1e-6), words, hint)

    expect([[1.0]], [[2.0]], [1.0], "z = 2, β = 1")
    expect([[3.0]], [[2.0]], [1.0], "z = 2, β = 1, dh = 3")
    expect([[1.0]], [[3.0]], [0.5], "z = 3, β = ½")
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
    expect([[1.0, 1.0]], [[-8.0, 0.1]], [1.0, 6.0], "z = −8 with β = 1, z = 0.1 with β = 6")
    expect([[1.0, 1.0, 1.0]], [[1000.0] * 3], [0.001, 0.0, 0.015], "z of 1000, β near 0: βz isn't large")
    expect([[1.0] * 4], [[-1000.0] * 4], [0.001, -0.001, 0.0, -5e-4], "z of −1000, β near 0")
    expect([[1.0] * 4], [[1000.0] * 4], [5e-4, 9e-6, 9e-7, -9e-6], "z of 1000, β so near 0 that βz is")
    expect([[1.0] * 2], [[1000.0, -1000.0]], [-0.016, 0.016], "z of ±1000, βz = −16: σ is small, z² isn't")
    expect(
        [[1.0] * 2], [[1000.0, -1000.0]], [-0.0205, 0.0205], "z of ±1000, βz = −20.5: σ is small, z² isn't"
    )
    expect([[1.0] * 4], [[0.05, -0.05, 0.03, 0.0]], [30, 12, -25, 50], "β of 12 to 50, small z: no ReLU yet")
    expect([[1.0] * 4], [[0.001, -0.001, 0.001, 0.0]], [1000, 1000, -1000, 1000], "β of ±1000, βz = ±1")
