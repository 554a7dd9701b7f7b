"""Lab 05's check of the mended detector: which rows each line may see."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score

from utils.ch05.lab import best_threshold, changed, nudged, relabelled, rows_fitted, some_rows, with_copies
from utils.checks import check


@check("05-leaks")
def check_leaks(that, mended_detector):
    def ask(x, y, part, penalties):
        given = [np.array(array) for array in (x, y, part)]
        rows_fitted()
        got = mended_detector(*given, penalties)
        same = all(map(np.array_equal, given, (x, y, part)))
        that(same, "your code changed x, y or part, which belong to the caller", 1)
        that(isinstance(got, dict), f"return a dict; you returned a {type(got).__name__}", 1)
        missing = ", ".join(sorted({"score", "threshold", "precision", "recall"} - set(got)))
        that(not missing, f"the dict lacks {missing}", 1)
        scores = np.asarray(got["score"](fresh))
        that(scores.shape == (100,), f"score of 100 rows (100, 49) has shape {scores.shape}", 3)
        return scores, got

    rng, names = np.random.default_rng(0), {"val": "validation", "test": "test"}
    (x, y, part), (fresh, *_), penalties = some_rows(rng, 400), some_rows(rng, 100), (1, 300, 1e4)
    plain, got = ask(x, y, part, (300,))
    fits = rows_fitted()
    that(fits, "train by calling fitted: the check looks at what it is given", 1)
    used, train = fits[-1], x[part == "train"]
    that(len(used) == 480, f"240 training rows and 240 nudged ones: fitted is given {len(used)}", 1)
    for which, name in names.items():
        for what in ("labels", "rows"):
            scores, other = ask(*changed(x, y, part, which, what), part, (300,))
            words = f"with other {name} {what} and the same penalty, new rows score otherwise: {name} rows"
            words += " are trained on" if what == "labels" else " go into mean, std or training"
            that(np.allclose(scores, plain, atol=1e-3), words, 1)
            held = which == "val" or np.isclose(other["threshold"], got["threshold"], atol=1e-3)
            that(held, f"with other test {what} your threshold is another: choose it on validation", 3)
    mean, std = train.mean(axis=0), train.std(axis=0) + 1
    more = (np.concatenate([train, nudged(train)]) - mean) / std
    words = "fitted isn't given (row - mean) / std of training rows and of these, nudged, with mean and std"
    words += " + 1, of each of the 49 pixels, of those that aren't nudged. Is it scaled twice, or before it is nudged?"
    that(np.allclose(np.sort(used.sum(axis=1)), np.sort(more.sum(axis=1)), atol=1e-2), words, 2)
    model = Ridge(alpha=300).fit(more, np.tile(y[part == "train"], 2))
    words = "score takes rows as they come: scale them with mean and std before you ask the model"
    that(not np.allclose(plain, model.predict(fresh), atol=1e-3), words, 3)
    right = np.allclose(plain, model.predict((fresh - mean) / std), atol=1e-3)
    that(right, "new rows don't score as they should: has each row, nudged or not, its own label?", 2)
    alone = [ask(x, y, part, (penalty,)) for penalty in penalties]
    on = [{which: one["score"](x[part == which]) for which in names} for _, one in alone]
    for k, penalty in enumerate(penalties):
        y_new = relabelled(y, part, val=on[k]["val"], test=on[k - 1]["test"])
        scores, got = ask(x, y_new, part, penalties)
        table = [average_precision_score(y_new[part == "val"], of["val"]) for of in on]
        words = f"average precision on validation is {np.round(table, 3)} for the penalties {penalties}; "
        that(np.allclose(scores, alone[k][0], atol=1e-3), words + f"you don't take {penalty:g}", 3)
    all_seven = y | (part == "val")
    for order in ((300, 1, 1e4), (1e4, 300, 1)):
        scores, _ = ask(x, all_seven, part, order)
        words = f"where all penalties {order} are equally good on validation, the first is taken"
        that(np.allclose(scores, alone[penalties.index(order[0])][0], atol=1e-3), words, 3)
    right, yours = best_threshold(on[1]["val"], y[part == "val"]), alone[1][1]["threshold"]
    that(abs(yours - right) < 1e-3, f"best_threshold on validation is {right:.3f}; yours is {yours:.3f}", 3)
    for into in ("test", "train"):
        rows, labels, where = with_copies(x, y, part, "test", into, 20)
        _, got = ask(rows, labels, where, penalties)
        said, true = got["score"](rows[where == "test"]) >= got["threshold"], labels[where == "test"]
        here = where == "val"
        said_val, true_val = got["score"](rows[here]) >= got["threshold"], labels[here]
        counts = {"precision": said.sum(), "recall": true.sum()}
        right_of = {name: np.sum(said & true) / count for name, count in counts.items()}
        swapped = np.allclose([got["precision"], got["recall"]], [right_of["recall"], right_of["precision"]])
        swapped &= not np.isclose(right_of["precision"], right_of["recall"])
        that(not swapped, "your precision is the recall, and your recall the precision", 3)
        on_val = np.isclose(got["precision"], np.sum(said_val & true_val) / max(1, said_val.sum()))
        on_val &= not np.isclose(got["precision"], right_of["precision"])
        that(not on_val, "precision and recall are those on test; yours are those on validation", 3)
        for name, right in right_of.items():
            words = f"{name} on the whole test part is {right:.3f};"
            that(np.isclose(got[name], right), f"{words} you report {got[name]:.3f}", 3)
    scores, one = ask(x, y, part, penalties)
    for k, (source, into) in enumerate([("test", "train"), ("val", "train"), ("test", "val")] * 2):
        others, two = ask(*with_copies(x, y, part, source, into, 60, k < 3), penalties)
        alike = np.allclose(scores, others, atol=1e-3) and abs(one["threshold"] - two["threshold"]) < 1e-3
        words = f"60 rows of {source} lie in {into}, too, and change your detector: leave them out, "
        words += "of mean and std and of what is nudged, too"
        that(alike, words, 2)
    chosen = np.flatnonzero(part == "train")[:60]
    copies = np.concatenate([x, x[chosen]]), np.r_[y, y[chosen]], np.r_[part, part[chosen]]
    ask(*copies, (300,))
    used = rows_fitted()[-1]
    words = "60 training rows lie in training twice, and stay there: 300 rows and 300 nudged ones; "
    that(len(used) == 600, words + f"fitted is given {len(used)}", 2)
