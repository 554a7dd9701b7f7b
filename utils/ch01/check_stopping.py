"""Lab 01, exercise 4: losses that a stopping rule follows, what usual mistakes say of them, and words for them."""

from __future__ import annotations

import numpy as np

from utils.checks import check

NAN = float("nan")
BOTH = ((2, 3), (3,))
CASES = [  # why, patience, losses, the epoch that stops and the best one (from 1), shapes
    ("each epoch is better than all before: lower is better", 2, [0.9, 0.8, 0.7, 0.6], None, 4, BOTH),
    ("two worse in a row", 2, [0.9, 0.8, 0.7, 0.75, 0.72, 0.74, 0.6], 5, 3, BOTH),
    ("an improvement starts the count anew", 3, [0.9, 0.8, 0.85, 0.84, 0.7, 0.8, 0.9, 0.95], 8, 5, BOTH),
    ("patience 1: the first epoch that is no better", 1, [0.5, 0.6], 2, 1, BOTH),
    ("better than the epoch before isn't better than the best", 2, [0.5, 0.6, 0.55, 0.54], 3, 1, BOTH),
    ("equal is no improvement", 2, [0.5, 0.5, 0.5], 3, 1, BOTH),
    ("nan is no improvement, and counts like a worse one", 2, [0.5, NAN, NAN, 0.4], 3, 1, BOTH),
    ("nan, and then an improvement", 3, [0.5, NAN, 0.4, 0.6, 0.39], None, 5, BOTH),
    ("lower by 1e-9 is lower", 2, [0.5, 0.5 - 1e-9, 0.5, 0.5], 4, 2, BOTH),
    ("losses in the thousands", 2, [6000.0, 5000.0, 5500.0, 5200.0], 4, 2, BOTH),
    ("the first epoch is an improvement", 2, [1e300, 2e300, 9e299, 1e300], None, 3, BOTH),
    ("a best loss of exactly 0", 2, [0.3, 0.0, 0.1, 0.2], 4, 2, BOTH),
    ("losses below zero", 2, [-1.0, -2.0, -1.5, -1.0], 4, 2, BOTH),
    ("three arrays", 1, [0.5, 0.6], 2, 1, ((2,), (4, 1), (3, 2, 2))),
    ("a single array", 1, [0.5, 0.6], 2, 1, ((5,),)),
]
MISTAKES = {  # mistake → words
    "one late": "you wait for one epoch more than patience: stop once `patience` of them have brought nothing",
    "one early": "you stop one epoch early: the best epoch itself doesn't count",
    "never anew": "your count isn't set back to 0 when an epoch improves: `patience` in a row are asked",
    "before": "you compare with the epoch before: what is lower than that may not be lower than the best of all",
    "equal": "an equal loss is no improvement: <, not <=",
    "higher": "you take a higher loss for better: lower is",
    "nan is better": "`not val_loss >= best` is True of nan: ask `val_loss < best`",
    "nan skipped": "you skip nan, or count anew: it is an epoch without improvement",
    "nan stops": "you stop at the first nan: it counts like any epoch without improvement",
    "min of nan": "the min() of losses that hold a nan is nan, and nothing is below that: keep the best in a variable",
    "least gain": "you ask for a least gain: any lower loss, by however little, is an improvement",
    "0 is none": "`not best_loss` is True of 0.0, too: ask `is None`, or begin with infinity",
    "without sign": "you compare without the sign: -2 is lower than -1",
    "small start": "your best loss begins too small for these losses: begin with infinity",
    "the window": "you compare the last epochs with the one before them, and not with the best of all",
}


def said_by(losses, patience, mistake):
    """What a rule with this mistake says after each epoch, until it stops."""
    best, before, waited, said, poisoned = None, None, 0, [], False
    for epoch, loss in enumerate(losses):
        if mistake == "the window":
            tail = losses[max(0, epoch - patience) : epoch + 1]
            said.append(len(tail) > patience and not any(it < tail[0] for it in tail[1:]))
            if said[-1]:
                break
            continue
        against = before if mistake == "before" else best
        if mistake == "small start" and best is None:
            against = 1000.0
        better = {
            "equal": lambda a, b: a <= b,
            "higher": lambda a, b: a > b,
            "nan is better": lambda a, b: not a >= b,
            "least gain": lambda a, b: a < b - 1e-7,
            "0 is none": lambda a, b: not b or a < b,
            "without sign": lambda a, b: abs(a) < abs(b),
            "min of nan": lambda a, b, poisoned=poisoned: a < b and not poisoned,
        }.get(mistake, lambda a, b: a < b)
        poisoned = poisoned or loss != loss
        if against is None or better(loss, against):
            best, waited = loss, waited if mistake == "never anew" else 0
        elif loss == loss or mistake != "nan skipped":
            waited += 1
        before = loss
        enough = patience + {"one late": 1, "one early": -1}.get(mistake, 0)
        said.append(waited >= enough or (mistake == "nan stops" and loss != loss))
        if said[-1]:
            break
    return said


@check("01-stopping")
def check_stopping(that, EarlyStopping):
    def follow(why, patience, losses, stop_at, best, shapes):
        """Feed the losses one by one; what the rule said, and what is wrong with that, if anything."""
        rule, said = EarlyStopping(patience), []
        weights = [np.zeros(shape, kind) for shape, kind in zip(shapes, ("f4", "f8", "f8"), strict=False)]
        for epoch, loss in enumerate(losses, start=1):
            for array in weights:
                array[...] = epoch + 1 / 4  # the training goes on in the same arrays
            stop = rule.update(loss, weights)
            untouched = len(weights) == len(shapes) and all(np.all(a == epoch + 1 / 4) for a in weights)
            that(
                untouched,
                "update changes the loop's own arrays: they belong to the caller, only read them",
                2,
            )
            that(stop is not None, "update returned nothing: return True or False", 1)
            that(isinstance(stop, bool | np.bool_), f"update returned {stop!r}: return True or False", 1)
            said.append(bool(stop))
            if stop:
                break
        wanted = [False] * (stop_at - 1) + [True] if stop_at else [False] * len(losses)
        if said != wanted:
            at = next(i for i, it in enumerate(said) if i >= len(wanted) or it != wanted[i])
            after = f"{why}, losses {losses[: at + 1]}, patience {patience}"
            return said, f"{after}: update should return {not said[at]}; yours is {said[at]}"
        for array in weights:
            array[...] = -1
        after = f"{why}, losses {losses[:epoch]}, patience {patience}"
        has = hasattr(rule, "best_loss") and hasattr(rule, "best_weights")
        that(has, "after update a rule has best_loss and best_weights, by these names", 1)
        lowest, kept = losses[best - 1], rule.best_weights
        that(rule.best_loss == lowest, f"{after}: best_loss should be {lowest}; yours is {rule.best_loss}", 2)
        that(kept is not None, f"{after}: best_weights is still None", 2)
        kind = type(kept).__name__
        that(isinstance(kept, list), f"best_weights has to be a list of arrays; yours is a {kind}", 2)
        kinds = {type(array).__name__ for array in kept if not isinstance(array, np.ndarray)}
        that(not kinds, f"best_weights has to be a list of arrays; yours holds a {', '.join(kinds)}", 2)
        found, asked = [np.shape(array) for array in kept], list(shapes)
        that(found == asked, f"the best weights have shapes {found}; the loop's have {asked}", 2)
        value = np.ravel(kept[0])[0]
        that(value != -1, "your best weights changed when the training went on: keep a copy of each array", 2)
        found, asked = [str(array.dtype) for array in kept], [str(array.dtype) for array in weights]
        types = f"the best weights are of {found}; the loop's are of {asked}: a copy keeps the type"
        that(found == asked, types, 2)
        firsts = [float(np.ravel(array)[0]) for array in kept]
        same = all(np.all(array == best + 1 / 4) for array in kept)
        others = [k for k in range(1, epoch + 1) if np.allclose(firsts, k + 1 / 4)]
        yours = f"yours are epoch {others[0]}'s" if others else f"yours begin with {firsts}"
        words = f"the best weights are epoch {best}'s, all {best + 1 / 4}; {yours}"
        that(same, f"{after}: {words}", 3)
        return said, ""

    one, other = EarlyStopping(5), EarlyStopping(5)
    one.update(0.1, [np.ones(1), np.ones(2)])
    shared = "a second rule goes wrong where the first didn't: keep what a rule remembers in self, not in the class"
    try:
        other.update(0.5, [np.zeros(1), np.zeros(2)])
    except Exception as error:
        that(False, f"{shared} ({type(error).__name__}: {error})", 1)
    has = all(hasattr(one, name) for name in ("best_loss", "best_weights"))
    that(has, "after each update a rule has best_loss and best_weights, by these names", 1)
    alone = one.best_loss == 0.1 and other.best_loss == 0.5
    if isinstance(one.best_weights, list | tuple) and one.best_weights:
        alone = alone and bool(np.all(np.asarray(one.best_weights[0]) == 1))
    that(alone, "two rules at once disturb each other: keep it in self", 1)

    told, wrong = [], ""
    for case in CASES:
        try:
            said, words = follow(*case)
        except Exception:
            if not wrong:
                raise
            break  # what was wrong before says more
        told.append((case, said))
        wrong = wrong or words
    for several in (
        len(told),
        next((i for i, (c, s) in enumerate(told, 1) if said_by(c[2], c[1], "") != s), 0),
    ):
        for mistake, words in MISTAKES.items() if wrong else ():
            same = all(said_by(losses, n, mistake) == said for (_, n, losses, *_), said in told[:several])
            that(not same, f"{wrong}: {words}", 3)
    that(not wrong, wrong, 3)
