"""Lab 01, exercise 4: losses that a stopping rule follows, and what is wrong with its answers."""

from __future__ import annotations

import numpy as np

from utils.checks import check


@check("01-stopping")
def check_stopping(that, EarlyStopping):
    def follow(patience, losses, stop_at, best, why, shapes=((2, 3), (3,))):
        """Feed the losses one by one; `stop_at` and `best` are epochs, counted from 1."""
        rule = EarlyStopping(patience)
        weights = [np.zeros(shape) for shape in shapes]
        for epoch, loss in enumerate(losses, start=1):
            for array in weights:
                array[...] = epoch + 1 / 3  # the training goes on in the same arrays
            stop = rule.update(loss, weights)
            untouched = len(weights) == len(shapes) and all(np.all(a == epoch + 1 / 3) for a in weights)
            that(
                untouched,
                "update changes the loop's own arrays: they belong to the caller, only read them",
                2,
            )
            that(stop is not None, "update returned nothing: return True or False", 1)
            that(isinstance(stop, bool | np.bool_), f"update returned {stop!r}: return True or False", 1)
            after = f"{why}, losses {losses[:epoch]}, patience {patience}"
            that(
                bool(stop) == (epoch == stop_at),
                f"{after}: update should return {epoch == stop_at}; yours is {bool(stop)}",
                3,
            )
            if stop:
                break
        for array in weights:
            array[...] = -1
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
        firsts = [float(np.ravel(array)[0]) for array in kept]
        same = all(np.all(array == np.float64(best + 1 / 3)) for array in kept)
        others = [k for k in range(1, epoch + 1) if np.allclose(firsts, k + 1 / 3)]
        yours = f"yours are epoch {others[0]}'s" if others else f"yours begin with {firsts}"
        words = f"the best weights are epoch {best}'s, all {best + 1 / 3}; {yours}"
        if np.allclose(firsts, best + 1 / 3):
            words += ": copies keep all digits, float64"
        that(same, f"{after}: {words}", 3)

    one, other = EarlyStopping(5), EarlyStopping(5)
    one.update(0.1, [np.ones(1), np.ones(2)])
    other.update(0.5, [np.zeros(1), np.zeros(2)])
    has = all(hasattr(one, name) for name in ("best_loss", "best_weights"))
    that(has, "after update a rule has best_loss and best_weights, by these names", 1)
    alone = one.best_loss == 0.1 and other.best_loss == 0.5
    if isinstance(one.best_weights, list | tuple) and one.best_weights:
        alone = alone and bool(np.all(np.asarray(one.best_weights[0]) == 1))
    that(alone, "two rules at once disturb each other: keep it in self", 1)
    nan = float("nan")
    follow(2, [0.9, 0.8, 0.7, 0.6], None, 4, "each epoch is better than all before: lower is better")
    follow(2, [0.9, 0.8, 0.7, 0.75, 0.72, 0.6], 5, 3, "two worse in a row")
    follow(3, [0.9, 0.8, 0.85, 0.84, 0.7, 0.8, 0.9, 0.95], 8, 5, "an improvement starts the count anew")
    follow(1, [0.5, 0.6], 2, 1, "patience 1: the first epoch that is no better")
    follow(2, [0.5, 0.6, 0.55, 0.54], 3, 1, "better than the epoch before isn't better than the best")
    follow(2, [0.5, 0.5, 0.5], 3, 1, "equal is no improvement")
    follow(2, [0.5, nan, nan, 0.4], 3, 1, "nan is no improvement, and counts like a worse one")
    follow(3, [0.5, nan, 0.4, 0.6, 0.39], None, 5, "nan, and then an improvement")
    follow(2, [0.5, 0.5 - 1e-9, 0.5, 0.5], 4, 2, "lower by 1e-9 is lower")
    follow(2, [6000.0, 5000.0, 5500.0, 5200.0], 4, 2, "losses in the thousands")
    follow(2, [1e300, 2e300, 9e299, 1e300], None, 3, "the first epoch is an improvement, whatever its loss")
    follow(2, [0.3, 0.0, 0.1, 0.2], 4, 2, "a best loss of exactly 0")
    follow(2, [-1.0, -2.0, -1.5, -1.0], 4, 2, "losses below zero")
    follow(1, [0.5, 0.6], 2, 1, "three arrays", ((2,), (4, 1), (3, 2, 2)))
    follow(1, [0.5, 0.6], 2, 1, "a single array", ((5,),))
