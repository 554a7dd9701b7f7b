"""Lab 02's check of Adam: Algorithm 1, and its usual slips by name."""

from __future__ import annotations

import numpy as np

from utils.ch02.replies import in_case
from utils.checks import check

SLIPS = {  # a usual slip → what is said of it, hint
    "ascends": ("w goes up the slope: subtract the step", 3),
    "g for m": ("the step has g where m̂ belongs: that is RMSProp with a bias correction", 3),
    "old m": ("the step is made with m and v from before this step: update them first", 3),
    "abs": ("v averages the gradient's size; its square is asked for", 3),
    "v of m": ("v averages m²; the square of g itself is asked for", 3),
    "swapped betas": ("beta1 and beta2 are swapped: beta1 is m's", 3),
    "no factor m": ("m gets g in full; the new gradient's part is (1 − beta1)", 3),
    "no factor v": ("v gets g² in full; its part is (1 − beta2)", 3),
    "belief": ("v averages (g − m)², as AdaBelief does; the square of g itself is asked for", 3),
    "v mean": ("v averages one number for all of an array; each element has its own g²", 3),
    "aliased": ("m and v hold what the caller wrote into grads afterwards: copy a gradient that you keep", 2),
    "new lr": ("m, v and t start anew when lr changes; a schedule only sets optimizer.lr", 2),
    "v sum": ("v adds up all g² (that is Adagrad); it has to forget, by beta2", 3),
    "starts at g": ("m and v should start at 0, and not at the first gradient", 1),
    "stored m": ("m should be kept as it is before the bias correction", 2),
    "stored": ("m and v should be kept as they are before the bias correction", 2),
    "reset": ("m and v are made anew in each step: make them once, at the first", 1),
    "parts swapped": ("beta and 1 − beta are swapped in the averages: beta is the old average's part", 3),
    "v parts swapped": ("beta2 and 1 − beta2 are swapped in v: beta2 is the old average's part", 3),
    "m parts swapped": ("beta1 and 1 − beta1 are swapped in m: beta1 is the old average's part", 3),
    "still at 0": ("w stays where the gradient is 0; m goes on moving it", 3),
    "first g": ("the gradients are those of the first call; take what each call hands you", 2),
    "own w": ("w goes on from what your optimizer kept; the caller has changed it: take params", 2),
    "skips zeros": ("an array whose gradient is 0 is left out; its m goes on moving it", 3),
    "v top": ("v never falls (that is AMSGrad); Algorithm 1 has none of it", 3),
    "v of m̂": ("v averages m̂²; the square of g itself is asked for", 3),
    "no correction": ("there is no bias correction: divide m by 1 − beta1ᵗ, v by 1 − beta2ᵗ", 3),
    "m alone": ("v lacks its bias correction: divide it by 1 − beta2ᵗ", 3),
    "v alone": ("m lacks its bias correction: divide it by 1 − beta1ᵗ", 3),
    "beta1 for v": ("v's bias correction has beta1; divide v by 1 − beta2ᵗ", 3),
    "late": ("the bias correction counts a step too many: in the first step, t is 1", 1),
    "product": ("the bias correction has beta·t; the power betaᵗ is asked for", 3),
    "product m": ("m's bias correction has beta1·t; the power beta1ᵗ is asked for", 3),
    "power outside m": ("m's bias correction has (1 − beta1)ᵗ; 1 − beta1ᵗ is asked for", 3),
    "power outside": ("the bias correction has (1 − beta)ᵗ; 1 − betaᵗ is asked for", 3),
    "multiplied": ("m and v are multiplied by 1 − betaᵗ; divide them", 3),
    "no power": ("the bias correction has 1 − beta, the same in each step; 1 − betaᵗ is asked for", 3),
    "each array": ("t (or betaᵗ) moves on with each array; all arrays share one t, counted once a step", 1),
    "by shape": ("arrays of the same shape share their m and v: each array needs its own", 1),
    "no root": ("the step is divided by v̂; its root is asked for", 3),
    "inside": ("ε is inside the root; it is added outside, √v̂ + ε", 3),
    "hat": ("ε is added to √v before the bias correction (Keras' ε̂); Algorithm 1 adds it to √v̂", 3),
    "largest": ("the step is divided by the larger of √v̂ and ε; their sum is asked for", 3),
    "ε 1e-7": ("ε is 10⁻⁷, as in Keras; here its default is 10⁻⁸", 3),
    "fixed ε": ("eps isn't the one that the optimizer was given", 2),
    "no ε": ("ε has no effect: divide by (√v̂ + eps), in brackets", 3),
    "fixed betas": ("beta1 and beta2 aren't those that the optimizer was given", 2),
    "lowest lr": ("lr is the lowest so far; a schedule may raise optimizer.lr, too", 2),
    "first lr": ("lr is the one of the first step; a schedule may set optimizer.lr between steps", 2),
    "default lr": ("lr is 0.001 throughout; it is given", 2),
    "lr over root t": ("lr falls with √t by itself; that is a schedule's business", 2),
    "decay": ("w itself shrinks by 1% of lr a step: that is weight decay, AdamW", 3),
    "nesterov": ("m̂ looks ahead (that is Nesterov's Adam); Algorithm 1 has none of it", 3),
    "amsgrad": ("v̂ never falls (that is AMSGrad); Algorithm 1 has none of it", 3),
    "amsgrad v": ("v̂ is made of the largest v so far (that is AMSGrad); Algorithm 1 has none of it", 3),
    "clip 1": ("gradients are clipped to ±1; all of g is asked for", 3),
    "clip 5": ("gradients are clipped to ±5; all of g is asked for", 3),
    "clip 10": ("gradients are clipped to ±10; all of g is asked for", 3),
}


def replay(slip, history, lrs, beta1, beta2, eps, between):
    """(w, m, v), lists of arrays, after each step from w = 0.5, with a slip; ``between`` is added after each."""
    ws = [np.full(np.shape(g), 0.5) for g in history[0]]
    ms, vs, tops = ([np.zeros(w.shape) for w in ws] for _ in range(3))
    b1, b2 = (beta2, beta1) if slip == "swapped betas" else (beta1, beta2)
    b1, b2 = (0.9, 0.999) if slip == "fixed betas" else (b1, b2)
    eps = {"fixed ε": 1e-8, "no ε": 0.0, "ε 1e-7": 1e-7 if eps == 1e-8 else eps}.get(slip, eps)
    part1 = b1 if slip in ("parts swapped", "m parts swapped") else 1 - b1
    part2 = b2 if slip in ("parts swapped", "v parts swapped") else 1 - b2
    keep1, keep2 = 1 - part1, 1 - part2
    history = [history[0]] * len(history) if slip == "first g" else history
    if slip == "aliased":  # every second list of gradients is the caller's own, see ``follow``
        history = [history[-1] if i % 2 else grads for i, grads in enumerate(history)]
    count, found, since = 0, [], 0
    for t, (grads, lr) in enumerate(zip(history, lrs, strict=True), start=1):
        lr = {
            "lowest lr": min(lrs[:t]),
            "first lr": lrs[0],
            "default lr": 0.001,
            "lr over root t": lr / np.sqrt(t),
        }.get(slip, lr)
        if slip == "new lr" and t > 1 and lr != lrs[t - 2]:
            ms, vs, since = [0 * m for m in ms], [0 * v for v in vs], t - 1
        for k, g in enumerate(np.array(g, float) for g in grads):
            count += 1
            u = {"late": t + 1, "each array": count, "no power": 1, "new lr": t - since}.get(slip, t)
            twin = k
            if slip == "by shape":
                twin = next(i for i, w in enumerate(ws) if w.shape == ws[k].shape)
            if slip == "skips zeros" and not g.any():
                continue
            if slip.startswith("clip"):
                g = np.clip(g, -int(slip[5:]), int(slip[5:]))
            m, v = (0 * g, 0 * g) if slip == "reset" else (ms[twin], vs[twin])
            if slip == "starts at g" and t == 1:
                m, v = g, g**2
            old = m, v
            m = keep1 * m + (1 if slip == "no factor m" else part1) * g
            squared = {
                "abs": np.abs(g),
                "v of m": m**2,
                "v of m̂": (m / (1 - b1**t)) ** 2,
                "belief": (g - m) ** 2,
                "v mean": np.mean(g**2),
            }.get(slip, g**2)
            v = (1 if slip == "v sum" else keep2) * v + (
                1 if slip in ("v sum", "no factor v") else part2
            ) * squared
            v = np.maximum(v, old[1]) if slip == "v top" else v
            ms[twin], vs[twin] = m, v
            m, v = old if slip == "old m" else (m, v)
            c1, c2 = 1 - b1**u, 1 - b2**u
            c1, c2 = {
                "product": (1 - b1 * t, 1 - b2 * t),
                "product m": (1 - b1 * t, c2),
                "power outside m": ((1 - b1) ** t, c2),
                "power outside": ((1 - b1) ** t, (1 - b2) ** t),
                "no correction": (1, 1),
                "m alone": (c1, 1),
                "v alone": (1, c2),
                "beta1 for v": (c1, c1),
                "multiplied": (1 / c1, 1 / c2),
            }.get(slip, (c1, c2))
            m_hat, v_hat = (g if slip == "g for m" else m / c1), v / c2
            if slip in ("stored", "stored m"):
                ms[twin], vs[twin] = m_hat, v_hat if slip == "stored" else v
            if slip == "nesterov":
                m_hat = (b1 * m + (1 - b1) * g) / c1
            if slip == "amsgrad":
                v_hat = tops[k] = np.maximum(tops[k], v_hat)
            if slip == "amsgrad v":
                tops[k] = np.maximum(tops[k], v)
                v_hat = tops[k] / c2
            root = np.sqrt(v_hat)
            below = {
                "inside": np.sqrt(v_hat + eps),
                "hat": root + eps / np.sqrt(c2),
                "largest": np.maximum(root, eps),
                "no root": v_hat + eps,
            }.get(slip, root + eps)
            step = lr * m_hat / below * (-1 if slip == "ascends" else 1)
            step = step * (g != 0) if slip == "still at 0" else step
            ws[k] = ws[k] * (1 - 0.01 * lr if slip == "decay" else 1) - step
        found.append([[array.copy() for array in arrays] for arrays in (ws, ms, vs)])
        ws = [w + (0 if slip == "own w" else between) for w in ws]
    return found


def alike(a, b):
    """Two states (w, m, v): the same numbers?"""
    pairs = [(x, y) for left, right in zip(a, b, strict=True) for x, y in zip(left, right, strict=True)]
    return all(np.shape(x) == np.shape(y) and np.allclose(x, y, rtol=2e-5, atol=1e-12) for x, y in pairs)


def promises(that, optimizer, params, before, handed, lent, grads, t, now, fresh=False):
    """What a step has to leave as it was, and what the optimizer has to keep; fresh: params are others than before."""
    same = all(a is b for a, b in zip(handed, params, strict=True))
    that(same, f"{now}: there are new arrays in params; change the old ones in place, w -= …", 2)
    elsewhere = fresh and t > 1 and all(map(np.array_equal, params, before))
    that(
        not elsewhere,
        f"{now}: the arrays in params are others than in the step before, and are what they were: does your step "
        "change the first call's? Change those that it is handed",
        2,
    )
    moved = not all(map(np.array_equal, params, before)) or not any(g.any() for g in grads)
    words = "the arrays in params are what they were: change them in place, w -= … and not w = w - …"
    words += " (and is m of this step in use?)"
    words = words if t == 1 else "this step has changed nothing, those before it did"
    that(moved, f"{now}: {words}", 2)
    for k, (w, old, g) in enumerate(zip(params, before, grads, strict=True)):
        still = np.array_equal(w, old) and g.any() and (t == 1 or g.all())
        that(
            not still,
            f"{now}: w[{k}] is what it was. Do you change a copy of it (ravel, flatten, reshape)?",
            2,
        )
    same = all(map(np.array_equal, lent, grads))
    that(same, f"{now}: grads are changed, which belong to the caller", 2)
    lacks = [name for name in "tmv" if not hasattr(optimizer, name)]
    that(
        not lacks, f"{now}: your optimizer has no {' and no '.join(lacks)}: those are the names asked for", 1
    )
    lists = all(isinstance(kept, list | tuple) for kept in (optimizer.m, optimizer.v))
    kinds = " and ".join(type(kept).__name__ for kept in (optimizer.m, optimizer.v))
    that(lists, f"{now}: m and v should be lists, with an array for each parameter; yours are {kinds}", 1)
    lengths = [len(kept) for kept in (optimizer.m, optimizer.v)]
    right = lengths == [len(params)] * 2
    that(right, f"{now}: m and v should hold {len(params)} arrays, one a parameter; yours hold {lengths}", 1)
    back = isinstance(optimizer.t, int) and 0 < optimizer.t < t and optimizer.t <= 2
    how = "Is it set back, when lr changes or so?" if back else "Count it once a step"
    that(optimizer.t == t, f"{now}: t should be {t}; yours is {optimizer.t}. {how}", 1)
    shared = any(a is b for a in optimizer.m for b in optimizer.v if isinstance(a, np.ndarray))
    that(not shared, f"{now}: m and v share an array: make a list of zeros for each of the two", 1)
    nan = any(np.isnan(w).any() for w in params)
    why = "was t counted before it was used? 1 − β⁰ is 0" if t == 1 else "what do you divide by?"
    that(not nan, f"{now}: a weight is nan; {why}", 1)


@check("02-adam")
def check_adam(that, Adam):
    def follow(history, why, lrs, between=0.25, fresh=False, **given):
        """history: for each step a list of gradients. Compare every state with its definition.

        fresh: each step is handed other arrays, with the same numbers.
        """
        options = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8} | given
        right = replay("", history, lrs, **options, between=between)
        params = [np.full(np.shape(g)[::-1], 0.5).T for g in history[0]]
        buffers = [np.zeros(w.shape) for w in params]
        optimizer, alive = Adam(lrs[0], **given), []
        for t, (grads, lr) in enumerate(zip(history, lrs, strict=True), start=1):
            grads = [np.array(g, float) for g in grads]
            for buffer, g in zip(buffers, grads, strict=True):
                buffer[...] = g  # the caller writes into the same arrays each time, or almost
            optimizer.lr, now = lr, f"{why}, after step {t}"
            if fresh:
                alive.append(params)  # so that no new array gets the place, and the id, of an old one
                params = [w.copy() for w in params]
            before = [w.copy() for w in params]
            handed, lent = list(params), [g.copy() for g in grads] if t % 2 else buffers
            shapes = [w.shape for w in params]
            with in_case(f"{now}; arrays of shapes {shapes} in params, in m and in v, which are lists"):
                optimizer.step(handed, lent)
            promises(that, optimizer, params, before, handed, lent, grads, t, now, fresh)
            for buffer in buffers:
                buffer[...] = -7.0
            state = [[np.array(a, float) for a in kept] for kept in (params, optimizer.m, optimizer.v)]
            true = right[t - 1]
            for name, kept, asked in zip(("w", "m", "v"), state, true, strict=True):
                for k, (got, want) in enumerate(zip(kept, asked, strict=True)):
                    words = f"{now}: {name}[{k}] has shape {got.shape}, not {want.shape}"
                    that(got.shape == want.shape, words, 1)
            good = [
                all(map(close, kept, asked))
                for kept, asked, close in zip(state, true, close_to(lrs), strict=True)
            ]
            if not all(good):
                anew = replay("reset", history[:t], lrs[:t], **options, between=between)[-1]
                words = "m and v go by the array itself (its id?); they go by its place in the list"
                that(not fresh or not alike(state, anew), f"{now}: {words}", 1)
                for slip, (words, hint) in SLIPS.items():
                    told = replay(slip, history[:t], lrs[:t], **options, between=between)[-1]
                    parts = slice(slip == "aliased", None)  # its w has come by another way
                    fine = alike(true[parts], told[parts]) or not alike(state[parts], told[parts])
                    that(fine, f"{now}: {words}", hint)
                pull = np.concatenate([np.ravel(a - b) for a, b in zip(state[1], true[1], strict=True)])
                decay = t == 1 and pull.min() > 0 and np.allclose(pull, pull[0], rtol=1e-3)
                that(not decay, f"{now}: m holds more than g. Is it λ·w, a weight decay? Adam has none", 3)
                lost = np.concatenate([np.ravel(b - a) for a, b in zip(state[0], true[0], strict=True)])
                shrinks = (
                    t == 1 and good[1] and good[2] and lost.min() > 0 and np.allclose(lost, lost[0], atol=0)
                )
                words = f"besides its step, each weight has lost {lost[0] / 0.5:.2%}. Is it weight decay? Adam has none"
                that(not shrinks, f"{now}: {words}", 3)
                tell(that, state, true, grads, good, now)
            for w in params:
                w += between  # the caller changes it, too

    def close_to(lrs):
        def moments(a, b):
            return np.allclose(a, b, rtol=1e-3, atol=1e-25)

        return [lambda a, b: np.allclose(a, b, rtol=0, atol=1e-4 * max(lrs)), moments, moments]

    def tell(that, state, true, grads, good, now):
        """The first number of m, of v or of w that is off."""
        for at in (1, 2, 0):
            if good[at]:
                continue
            for k, (got, want) in enumerate(zip(state[at], true[at], strict=True)):
                i = np.argmax(np.abs(np.ravel(got) - np.ravel(want)))
                numbers = f"should be {np.ravel(want)[i]:.6g}; yours is {np.ravel(got)[i]:.6g}"
                name = "wmv"[at] + f"[{k}]"
                fine = np.allclose(got, want, rtol=1e-3, atol=1e-25 if at else 1e-4)
                said = f"{now}: {name}, where the gradient is {np.ravel(grads[k])[i]:.3g}, {numbers}"
                only = {
                    1: " (m, whose beta1 is 0.9 by default)",
                    2: " (v, whose beta2 is 0.999 by default)",
                    0: "; m and v are right, so the step isn't",
                }[at]
                only = only if at or (good[1] and good[2]) else ""
                later = int(now.split()[-1]) > 9
                only += ". All before was right: does a rule change in this step?" if later else ""
                that(fine, said + only, 3)
        that(False, f"{now}: w, m or v is off by a little; is something rounded?", 3)

    follow([[[0.1, -3.0]], [[2.0, 0.5]], [[-1.0, 4.0]]], "one array", [0.1] * 3)
    one, other = Adam(0.1), Adam(0.1)
    one.step([np.zeros(2)], [np.ones(2)])
    kept = one.t, one.m[0].copy()
    other.step([np.zeros(2)], [np.full(2, 5.0)])
    alone = one.t == kept[0] and np.array_equal(one.m[0], kept[1])
    that(alone, "two optimizers at once disturb each other: keep everything in self", 1)
    follow([[[[1.0], [0.1]], [5.0]], [[[2.0], [-0.3]], [0.0]]], "two arrays of other shapes", [0.1] * 2)
    follow(
        [[[1.0, 2.0], [5.0, -1.0]], [[3.0, 0.5], [0.5, 2.0]]],
        "two arrays of the same shape (each has its own m and v)",
        [0.1] * 2,
    )
    follow([[[[1.0, 2.0, 3.0]] * 2, 5.0], [[[3.0, 2.0, 50.0]] * 2, 0.0]], "a matrix and a number", [0.1] * 2)
    follow([[[1e-8, 1e-7, 1e-9]]] * 3, "tiny gradients, where ε counts", [0.1] * 3)
    follow([[[0.0, 1.0]]] * 2, "a gradient of 0", [0.1] * 2)
    follow([[[1.0, 2.0], [3.0]]] * 3, "other arrays in params each time", [0.1] * 3, fresh=True)
    follow([[[1.0, -2.0]]] * 4, "lr set to 0.01, then to 0.2", [0.1, 0.1, 0.01, 0.2])
    follow([[[1.0, -0.2]], [[-2.0, 0.1]]] * 15, "thirty steps, all by one rule", [0.1] * 30)
    given = {"beta1": 0.5, "beta2": 0.8, "eps": 0.3}
    follow([[[1.0, -0.2]], [[-2.0, 0.1]]] * 4, "betas of 0.5 and 0.8, ε of 0.3", [0.1] * 8, **given)
