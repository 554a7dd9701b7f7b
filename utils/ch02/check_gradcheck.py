"""Lab 02's check of a gradient check."""

from __future__ import annotations

import numpy as np

from utils.ch02 import lab
from utils.ch02.replies import an_array, in_case, nearly, told, where
from utils.checks import check

ZEROS = "where both are 0 throughout, all is well: 0 ≤ 10⁻⁴·0 holds, 0 < 0 and 0/0 don't"
ONE = (
    "one wrong number is a bug: the largest difference, no mean, is compared with 10⁻⁴ of the largest number"
)
FINE = "a difference of up to 10⁻⁴ of the array's largest number is none"
SLIPS = {  # what is done to the gradients of lab.slips, in its order: which of them are wrong, and the rule
    "exact gradients": ([], f"{FINE}; {ZEROS}"),
    "8 parts in 100,000 too large": ([], f"{FINE}; the largest one counts, and no sum of them"),
    "large gradients, 8 parts in 100,000 too large": ([], f"{FINE}, however large it is"),
    "0.00003 of the largest, where it should be 0": ([], f"{FINE}, not of the number at that place"),
    "the wrong sign": (["w"], "a gradient of the wrong sign is wrong: compare numbers, not their sizes"),
    "negative gradients, half as large": (
        ["falls"],
        "numeric − given is negative where the given one is too large: np.abs first, then the largest",
    ),
    "small gradients, doubled": (
        ["small"],
        "the difference counts relative to the array's own largest number",
    ),
    "small gradients, 0.1% too large": (["small"], "the limit is 10⁻⁴ of the array's own largest number"),
    "small gradients, all zeros": (
        ["small"],
        "zeros are wrong where the numeric gradient isn't 0: skip nothing, and take the larger of the two "
        "arrays' largest numbers",
    ),
    "one number too large, one too small by as much": (
        ["w"],
        "differences cancel in a sum: take each one's size, np.abs, and then the largest",
    ),
    "one number of 900 off by 0.0003 of the largest": (["w"], ONE),
    "the last number off, by less than nothing": (["w"], f"{ONE}; a difference may be negative: take np.abs"),
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


SAID = {  # (case, what was found): why
    ("exact gradients", ("falls",)): "all its numbers are negative; the largest of their sizes is the scale",
    ("exact gradients", ("unused",)): ZEROS,
}


@check("02-gradcheck")
def check_gradcheck(that, numeric_gradient, suspects):
    def numeric(loss, params, true, why, hint=1, slips=None, **options):
        kept = {name: array.copy() for name, array in params.items()}

        def whole(p):
            lacks = sorted(set(params) - set(p)) if isinstance(p, dict) else list(params)
            that(not lacks, f"{why}: loss was called without {' and '.join(lacks)}; hand it all of params", 1)
            return loss(p)

        shapes = ", ".join(f"{name} {array.shape}" for name, array in params.items())
        with in_case(f"{why}, arrays of shapes {shapes}; there may be any number of axes"):
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
            rows = np.sum(right, axis=tuple(range(1, right.ndim)), keepdims=True) if right.ndim > 1 else right
            named = {
                "is that of a whole row at once: change one number at a time, by its full index": np.broadcast_to(
                    rows, right.shape
                ),
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
            moved = not np.allclose(value, right, rtol=1e-5, atol=1e-8) and np.allclose(
                np.sort(value, axis=None), np.sort(right, axis=None), rtol=1e-5, atol=1e-8
            )
            that(
                not moved,
                f"{words} has the right numbers in wrong places: go by index, not by place in memory",
                2,
            )
            turn = ". Was it that number's turn?" if value[i] == 0 else ""
            words = f"{why}: by {at} it is {right[i]:.6g}; yours is {value[i]:.6g}{turn}"
            that(np.allclose(value, right, rtol=1e-5, atol=1e-8), words, hint)

    def find(loss, params, grads, right, why, rule, hint=3):
        kept, before = ({n: array.copy() for n, array in given.items()} for given in (grads, params))
        with in_case(f"{why}; grads may stand in another order than params: look them up by name"):
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
        other = bool(got) and sorted(got) == sorted(set(params) - set(right))
        that(not other, f"{words}: those are the ones that are right", 3)
        order = list(got) != right and sorted(got) == sorted(right)
        that(not order, f"{words}: names stand in the order of params", 3)
        told = SAID.get((why, tuple(got)))
        that(not told, f"{words}: {told}", hint)
        more = len(right) > 1 and len(got) > len(right) and set(right) < set(got)
        exact = "is the numeric gradient exact enough (ε of 10⁻⁵), and the scale that of sizes?"
        that(not more, f"{words}: others are right to ten digits; {exact}", hint)
        first = len(right) > 1 and list(got) == right[:1]
        that(not first, f"{words}: do you stop at the first one?", 3)
        that(list(got) == right, f"{words}. The rule: {rule}", hint)

    rng = np.random.default_rng(0)
    w = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([[0.5, 1e-7, 2.0]])}

    def square(p):
        return float(np.sum(p["a"] ** 2) + 3 * np.sum(p["b"]))

    def square_a(p):
        return float(np.sum(p["a"] ** 2))

    numeric(square, w, {"a": 2 * w["a"], "b": np.full((1, 3), 3.0)}, "Σ a² + 3 Σ b")
    w["a"] += 1
    again = "the same once more, with other numbers in a"
    kept = {"is the one from before: what was kept from the last call doesn't hold": {"a": 2 * w["a"] - 2}}
    kept = {k: v | {"b": np.full((1, 3), 3.0)} for k, v in kept.items()}
    numeric(square, w, {"a": 2 * w["a"], "b": np.full((1, 3), 3.0)}, again, slips=kept)
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
    big, loss, cases = lab.slips(rng)
    for (why, (right, rule)), grads in zip(SLIPS.items(), cases, strict=True):
        find(loss, big, grads, right, why, rule)
    big, loss, cases = lab.slips(rng)
    words = "what was kept from an earlier call (by the names?) doesn't hold"
    find(loss, big, cases[0], [], "the same names, other numbers", words)
    tiny = {"a": rng.uniform(1, 2, 3)}
    large = {"a": 2e-12 * tiny["a"] * 1.001}
    words = "the limit is 10⁻⁴ of the largest number, however small that is: no floor, nothing added to it"
    find(
        lambda p: 1e-12 * np.sum(p["a"] ** 2),
        tiny,
        large,
        ["a"],
        "a loss of 10⁻¹¹, gradients 0.1% too large",
        words,
    )
    tiny = {"a": np.array([1.0, 0.7, 0.5])}
    large = {"a": 1e-12 * tiny["a"] * 1.00015}
    why = "gradients of 10⁻¹², 0.015% too large"
    find(lambda p: 5e-13 * square_a(p), tiny, large, ["a"], why, words)
    params, x, y = lab.small_network(rng)
    planted = dict(reversed(lab.buggy_gradients(params, x, y).items()))
    rule = f"{FINE}; more is wrong"
    find(
        lambda p: lab.network_loss(p, x, y), params, planted, ["w2", "b3"], "the network with two bugs", rule
    )
