"""The visible checks of lab 07, and what is right: schedules, batches, shards and times that are told by loops."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, cos, pi

import numpy as np

from utils.ch07.design import MOST_COST, BadPlan, as_plan, digits, trained
from utils.ch07.lab import RESAMPLES, pretend_runs
from utils.checks import check
from utils.data import load_mnist

AT_LEAST = 93.9  # of validation, in %: the plainest right plan reaches 94.3, and a constant 0.03 93.1


def an_array(that, got, shape: tuple, kind: str, words: str, hint: int = 1) -> None:
    """Reply unless ``got`` is a NumPy array of that shape and dtype."""
    that(got is not None, f"{words}: nothing came back; is there a return?", hint)
    that(
        isinstance(got, np.ndarray), f"{words}: a NumPy array is asked; yours is a {type(got).__name__}", hint
    )
    that(got.dtype == kind, f"{words}: {kind} is asked; yours is {got.dtype}", 1)
    that(got.shape == shape, f"{words}: {shape} is asked; your shape is {got.shape}", hint)


def rates(n: int, batch_size: int, num_epochs: int, peak: float, warm_up: float, kind: str) -> np.ndarray:
    """The rate of each step, by a loop."""
    per_epoch, found = ceil(n / batch_size), []
    steps, rising = per_epoch * num_epochs, round(per_epoch * warm_up)
    for k in range(steps):
        if k < rising:
            found.append(peak * (k + 1) / rising)
        else:
            done = (k - rising) / (steps - rising)
            found.append(peak * (1 - done if kind == "linear" else (1 + cos(pi * done)) / 2))
    return np.array(found)


@check("07-schedule")
def check_schedule(that, schedule):
    def expect(n, batch_size, num_epochs, warm_up, kind, peak=0.5):
        right = rates(n, batch_size, num_epochs, peak, warm_up, kind)
        per_epoch = ceil(n / batch_size)
        got = schedule(n, batch_size, num_epochs, peak, warm_up, kind)
        words = f"schedule({n}, {batch_size}, {num_epochs}, {peak}, {warm_up}, {kind!r})"
        that(got is not None, f"{words} returned nothing; is there a return?", 1)
        size = getattr(got, "shape", ())
        that(size != (num_epochs,) or per_epoch == 1, f"{words}: a rate for each step, not each epoch", 1)
        floor = n % batch_size and size == (n // batch_size * num_epochs,)
        that(not floor, f"{words}: the last, smaller batch of an epoch is a step too", 1)
        more = not n % batch_size and size == ((per_epoch + 1) * num_epochs,)
        that(not more, f"{words}: {n} examples are exactly {per_epoch} batches of {batch_size} an epoch", 1)
        an_array(that, got, right.shape, "float64", words)
        if np.allclose(got, right, rtol=1e-9, atol=1e-12):
            return
        single = np.allclose(got, right, rtol=1e-5, atol=1e-7)
        that(not single, f"{words}: right to seven digits only: was it float32 on the way?", 3)
        that(not np.allclose(got * peak, right), f"{words}: as if the peak were 1, and not {peak}", 3)
        rising = warm_up * per_epoch
        for epoch in range(num_epochs if per_epoch > 1 else 0):
            part = got[epoch * per_epoch : (epoch + 1) * per_epoch]
            same = len(set(part.tolist())) == 1
            that(not same, f"{words}: it changes once an epoch only; it has to at each step", 1)
        short = rates(n, batch_size, num_epochs, peak, warm_up / per_epoch, kind)
        in_steps = warm_up and np.allclose(got, short)
        means = f"warm_up is in epochs: {warm_up} means {rising} steps"
        that(not in_steps, f"{words}: {means}, and yours are {warm_up}", 1)
        if rising:
            that(got[0] != 0, f"{words}: step 0 has rate 0, and learns nothing; {right[0]:.4g} is right", 2)
            top = f"{words}: step {rising - 1} is the last one of the warm-up, and has peak itself, {peak}; yours"
            that(np.isclose(got[rising - 1], peak), f"{top} {got[rising - 1]:.6g}", 2)
        that(
            rising == len(got) or got[-1] > 1e-12,
            f"{words}: the last step has rate 0, and learns nothing: 0 would be the rate of step {len(got)}",
            3,
        )
        other = "linear" if kind == "cosine" else "cosine"
        mixed = np.allclose(got, rates(n, batch_size, num_epochs, peak, warm_up, other))
        that(not mixed, f"{words}: that is the {other} schedule: does kind decide?", 3)
        after = np.arange(rising, len(got)) / len(got)
        of_all = kind == "linear" and np.allclose(got[rising:], peak * (1 - after))
        that(
            not of_all,
            f"{words}: d is the way through what is left: 0 at step {rising}, behind the warm-up",
            3,
        )
        done = (np.arange(len(got)) - rising) / max(len(got) - rising, 1)
        quarter = kind == "cosine" and np.allclose(got[rising:], peak * np.cos(np.pi / 2 * done[rising:]))
        that(not quarter, f"{words}: half a cosine, (1 + cos πd) / 2, falls slowly at both ends", 2)
        for wrong, said in [
            (peak * (1 - np.cos(np.pi * done)) / 2, "it rises from 0: 1 + cos, not 1 - cos"),
            (peak * (1 + np.cos(np.pi * done)), "half of that: (1 + cos πd) / 2"),
            (peak * (1 + np.cos(2 * np.pi * done)) / 2, "cos πd: half a period, and not a whole one"),
            (peak * (1 + np.cos(np.radians(180 * done) / 180 * np.pi)) / 2, "np.cos takes radians"),
            (right / peak, "the fall begins at peak, too"),
        ]:
            same = kind == "cosine" and len(done) > rising and np.allclose(got[rising:], wrong[rising:])
            that(not same, f"{words}: {said}", 3)
        k = int(np.argmax(~np.isclose(got, right, rtol=1e-9, atol=1e-12)))
        where = "in the warm-up" if k < rising else "after the warm-up" if rising else "without a warm-up"
        that(False, f"{words}: {where}, step {k} has {right[k]:.6g}; yours {got[k]:.6g}", 3)

    expect(8, 2, 2, 1, "linear")
    expect(10, 4, 3, 1, "linear")
    expect(10, 4, 3, 1, "cosine")
    expect(7, 3, 2, 0, "linear")
    expect(7, 3, 2, 0, "cosine", 1e-3)
    expect(3, 8, 5, 2, "cosine")
    expect(9, 2, 2, 2, "linear")
    expect(55_000, 256, 3, 1, "cosine", 3.0)


def orders(n: int, batch_size: int, seed: int, epoch: int, drop_last: bool) -> list[np.ndarray]:
    """The batches of an epoch."""
    order = np.random.default_rng([seed, epoch]).permutation(n)
    found = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    return [batch for batch in found if len(batch) == batch_size or not drop_last]


@check("07-batches")
def check_batches(that, Batches):
    def same(got, right, words, mistaken=()):
        if len(got) != len(right):
            rest = "is a batch, too" if len(got) < len(right) else "is none with drop_last"
            that(False, f"{words}: {len(right)} batches; yours are {len(got)}: what is left over {rest}", 1)
        for k, (yours, mine) in enumerate(zip(got, right, strict=True)):
            an_array(that, yours, mine.shape, "int64", f"{words}, batch {k}", 2)
        flat, all_of = (np.concatenate([*them, np.empty(0, np.int64)]) for them in (got, right))
        that(len(set(flat.tolist())) == len(flat), f"{words}: an index comes twice", 1)
        ordered = len(flat) > 3 and np.array_equal(flat, np.arange(len(flat)))
        that(not ordered, f"{words}: the order isn't shuffled", 2)
        if not np.array_equal(flat, all_of):
            members = (
                [(np.concatenate([np.sort(batch) for batch in right]), "don't sort a batch")]
                if len(right)
                else []
            )
            why = "cut default_rng([seed, epoch]).permutation(n) into pieces, in its order"
            why = next((told for order, told in [*mistaken, *members] if np.array_equal(flat, order)), why)
            that(False, f"{words}: first comes {all_of[:4]}; yours is {flat[:4]}: {why}", 2)

    for n, size, drop in [
        (10, 4, False),
        (10, 4, True),
        (8, 4, False),
        (8, 4, True),
        (3, 5, False),
        (3, 5, True),
    ]:
        batches = Batches(n, size, 7, drop)
        words = f"Batches({n}, {size}, 7, {drop})"
        right = orders(n, size, 7, 0, drop)
        number = batches.__len__()
        that(isinstance(number, int | np.integer), f"len() has to be a whole number; yours is {number!r}", 3)
        rest = f"{n} examples are {n // size} whole batches, and what is left over "
        rest += "is none with drop_last" if drop else "is one, too" if n % size else "is nothing"
        rest = "batches are counted, not examples" if number == n else rest
        that(number == len(right), f"len({words}) is {len(right)}; yours is {number}: {rest}", 1)
        made = Batches(n, size, 7, drop).__iter__()
        iterates = made is None or hasattr(made, "__next__")
        that(
            iterates,
            f"__iter__ has to return an iterator, such as iter([…]); yours is a {type(made).__name__}",
            2,
        )
        that(made is not None, "__iter__ returns nothing; is there a return, or a yield?", 2)
        again = np.concatenate([*orders(n, size, 7, 1, drop), np.empty(0, np.int64)])
        mistaken = [(again, "that is epoch 1; only set_epoch changes it")]
        goes_on = np.random.default_rng([7, 0])
        drawn = [goes_on.permutation(n) for _ in range(2)][1][: len(again)]
        mistaken.append((drawn, "your generator goes on where it stopped: make it anew in __iter__"))
        first = [(again, "that is epoch 1, and the first one is epoch 0")]
        first.append(
            (np.random.default_rng([0, 7]).permutation(n)[: len(again)], "the seed is [seed, epoch]")
        )
        same(list(batches), right, f"{words}, epoch 0", first)
        same(list(batches), right, f"{words}, epoch 0, iterated for the second time", mistaken)
    batches = Batches(50, 8, 3, False)
    for epoch in (2, 1, 2):
        batches.set_epoch(epoch)
        mistaken = [
            (np.concatenate(orders(50, 8, 3, other, False)), f"that is epoch {other}, in spite of set_epoch")
            for other in (0, 1, 2)
        ]
        summed = np.random.default_rng(3 + epoch).permutation(50)
        mistaken.append((summed, "the generator's seed is the list [seed, epoch], and not their sum"))
        right = orders(50, 8, 3, epoch, False)
        same(list(batches), right, f"Batches(50, 8, 3, False), epoch {epoch}", mistaken)
    first, second = iter(batches), iter(batches)
    pairs = [(next(first, None), next(second, None)) for _ in range(7)]
    early = any(batch is None for pair in pairs for batch in pair)
    that(not early, "two iterators of one sampler, by turns: they end early, so they share a state", 2)
    for mine in zip(*pairs, strict=True):
        same(mine, orders(50, 8, 3, 2, False), "two iterators of one sampler, by turns: one of them")
    later = [(np.concatenate(orders(50, 8, 3, 5, False)), "that is epoch 5")]
    under_way = iter(batches)
    batches.set_epoch(5)
    words = "an iterator made before set_epoch(5), and read after it, keeps to its own epoch, 2"
    same(list(under_way), orders(50, 8, 3, 2, False), words, later)
    batches.set_epoch(2)
    under_way = iter(batches)
    batches.set_epoch(5)
    newer = iter(batches)
    words = "an iterator of epoch 2, read after one of epoch 5 was made (is it the same array?)"
    same(list(under_way), orders(50, 8, 3, 2, False), words, later)
    same(
        list(newer),
        orders(50, 8, 3, 5, False),
        "an iterator made after set_epoch(5), read after an older one",
    )
    other = Batches(20, 6, 1, False), Batches(30, 7, 2, True)
    words = "the first of two samplers, after the second was made (do you set on the class what is self's?)"
    same(list(other[0]), orders(20, 6, 1, 0, False), words)
    same(list(other[1]), orders(30, 7, 2, 0, True), "the second of two samplers")
    np.random.random()  # a state that no seed leads to at once
    before = repr(np.random.get_state())
    list(Batches(20, 6, 1, False))
    after = repr(np.random.get_state())
    that(before == after, "your code sets or uses NumPy's global generator: it belongs to others", 2)


def read_by(sizes: list[int], workers: int, entropy: int | list[int]) -> list[list[int]]:
    """The examples of each worker, shard by shard, where the shards' order is drawn with that seed."""
    starts = [sum(sizes[:shard]) for shard in range(len(sizes))]
    order = np.random.default_rng(entropy).permutation(len(sizes)).tolist()
    return [
        [starts[shard] + i for shard in order[worker::workers] for i in range(sizes[shard])]
        for worker in range(workers)
    ]


def shard_mistakes(sizes: list[int], workers: int, seed: int, epoch: int) -> Iterator[tuple[list, str, int]]:
    """What all workers read by usual mistakes, each with its words and a hint."""
    shards, starts = len(sizes), np.cumsum([0, *sizes])
    order = np.random.default_rng([seed, epoch]).permutation(shards)
    files = [list(range(starts[shard], starts[shard + 1])) for shard in range(shards)]

    def read(dealt, files=files):
        return [[i for shard in mine for i in files[shard]] for mine in dealt]

    by_turns = [order[w::workers] for w in range(workers)]
    places = "of the order, worker w takes places w, w + workers, …"
    yield read([order] * workers), f"each worker reads all: {places}", 2
    yield read(np.array_split(order, workers)), f"in blocks? {places.capitalize()}", 2
    yield read([order[order % workers == w] for w in range(workers)]), f"by a shard's number? {places}", 2
    yield read([order[w + 1 :: workers] for w in range(workers)]), f"workers count from 0: {places}", 2
    even = order[: shards // workers * workers]
    yield read([even[w::workers] for w in range(workers)]), "shards that don't come out even are read, too", 2
    every = [i for shard in order for i in files[shard]]
    yield [every[w::workers] for w in range(workers)], "shards are dealt out, and not single examples", 2
    yield [mine.tolist() for mine in by_turns], "those are numbers of shards, and not of their examples", 2
    yield read(by_turns, [file[:-1] for file in files]), "the last example of each shard is left out", 2
    alike = [list(range(shard * sizes[0], (shard + 1) * sizes[0])) for shard in range(shards)]
    yield read(by_turns, alike), f"shards differ in size, and you take {sizes[0]} for all", 1
    ordered = [sorted(mine) for mine in read(by_turns)]
    yield ordered, "shards are read in the order drawn; yours are sorted", 3
    unshuffled = [list(range(shards))[w::workers] for w in range(workers)]
    yield read(unshuffled), "those are in the files' order: it is drawn, in every epoch, 0 included", 1
    for entropy, words in [
        (seed, "the order changes with the epoch: seed the generator with [seed, epoch]"),
        ([seed, 0], "the order changes with the epoch: seed the generator with [seed, epoch]"),
        (seed + epoch, "seed the generator with the list [seed, epoch], not with a sum"),
        ([epoch, seed], "seed the generator with [seed, epoch], and not the other way round"),
    ]:
        yield read_by(sizes, workers, entropy), words, 1
    fewer = np.random.default_rng([seed, epoch]).permutation(shards - 1)
    words = f"that is the order of {shards - 1} shards, not {shards}: is it kept from an earlier call?"
    yield read([fewer[w::workers] for w in range(workers)]), words, 1


@check("07-shards")
def check_shards(that, examples_of):
    for sizes, workers in [
        ([3, 3, 3, 3, 3], 2),
        ([4, 1, 3, 2, 6, 1], 2),
        ([2, 5, 1], 1),
        ([1, 0, 3], 2),
        ([3, 2], 4),
        ([7] * 9, 4),
    ]:
        for epoch in (0, 3):
            given, got = list(sizes), []
            for worker in range(workers):
                words = f"examples_of({sizes}, {workers}, {worker}, 5, {epoch})"
                try:
                    mine = examples_of(given, workers, worker, 5, epoch)
                except ValueError as error:
                    idle = worker >= len(sizes)
                    that(
                        not idle,
                        f"{words}: without a shard it returns an empty array; yours raises {error}",
                        3,
                    )
                    raise
                that(mine is not None, f"{words} returned nothing; is there a return?", 1)
                empty = isinstance(mine, np.ndarray) and not mine.size and mine.dtype != np.int64
                kind = empty and mine.dtype
                that(not empty, f"{words}: an empty array is to be int64 too; yours is {kind}", 3)
                array = isinstance(mine, np.ndarray)
                that(array, f"{words}: a NumPy array is asked, not {type(mine).__name__}", 1)
                shaped = mine.dtype == np.int64 and mine.ndim == 1
                that(shaped, f"{words}: int64 (k,) is asked; yours is {mine.dtype} {mine.shape}", 1)
                got.append(mine)
            that(given == sizes, "your code changed sizes, which belongs to the caller", 1)
            right, yours = read_by(sizes, workers, [5, epoch]), [mine.tolist() for mine in got]
            words = f"sizes {sizes}, {workers} workers, seed 5, epoch {epoch}, all workers together:"
            for mistaken, said, hint in shard_mistakes(sizes, workers, 5, epoch):
                that(not yours == mistaken != right, f"{words} {said}", hint)
            every = [i for mine in yours for i in mine]
            for worker, mine in enumerate(yours):
                once = len(set(mine)) == len(mine)
                reads = f"worker {worker} by itself reads an example twice"
                that(once, f"{words} {reads}: where does a shard end?", 2)
                idle = not right[worker] and mine
                that(not idle, f"{words} worker {worker} has no example to read; yours reads {mine[:5]}", 2)
            twice = sorted({i for i in every if every.count(i) > 1})[:5]
            that(not twice, f"{words} examples {twice} are read twice. Is the order alike in all workers?", 2)
            outside = [i for i in every if not 0 <= i < sum(sizes)][:5]
            that(not outside, f"{words} {outside} are no examples: look where each shard starts", 2)
            lost = sorted(set(range(sum(sizes))) - set(every))[:5]
            that(
                not lost,
                f"{words} examples {lost} are read by nobody: which places are whose, where does a shard end?",
                2,
            )
            for worker, (mine, its) in enumerate(zip(yours, right, strict=True)):
                words = f"examples_of({sizes}, {workers}, {worker}, 5, {epoch})"
                shards = f"its shards are those of {its[:8]}; you read {mine[:8]}"
                that(sorted(mine) == sorted(its), f"{words}: {shards}", 2)
                that(mine == its, f"{words}: {its[:8]}…, in this order; yours {mine[:8]}", 3)


def told_by_runs(val, test, seconds, target: float) -> tuple[np.ndarray, np.ndarray, list]:
    """What each run has spent, whether it gets there, and test of those that do."""
    spent, there, tests = [], [], []
    for v, t, s in zip(val.tolist(), test.tolist(), seconds.tolist(), strict=True):
        epochs = [e for e, accuracy in enumerate(v) if accuracy >= target]
        last = epochs[0] if epochs else len(v) - 1
        spent.append(sum(s[: last + 1]))
        there.append(bool(epochs))
        tests += [t[last]] * bool(epochs)
    return np.array(spent), np.array(there), tests


def timed(val, test, seconds, target: float, draws: np.ndarray, cut: int = RESAMPLES // 40) -> tuple:
    """(seconds, low, high, test), run by run; ``draws`` (RESAMPLES, runs), of which ``cut`` go at each end."""
    spent, there, tests = told_by_runs(val, test, seconds, target)
    if not tests:
        return np.inf, np.inf, np.inf, np.nan
    again = spent[draws].sum(axis=1)
    reached = there[draws].sum(axis=1)
    means = np.sort(np.divide(again, reached, out=np.full(len(draws), np.inf), where=reached > 0))
    return spent.sum() / there.sum(), means[cut], means[-cut - 1], np.mean(tests)


def time_mistakes(val, test, seconds, target: float, draws: np.ndarray) -> Iterator[tuple[tuple, str, int]]:
    """What usual mistakes come to where a run gets there, as from ``timed``, each with its words and a hint."""
    there = (val >= target).any(axis=1)
    given = target, draws
    for decimals in (0, 1):
        words = "compare val as it is, not rounded"
        yield timed(np.round(val, decimals), test, seconds, *given), words, 1
    above = np.nextafter(target, np.inf)
    yield timed(val, test, seconds, above, draws), "a val of just target is there: >=", 1
    yield timed(test, test, seconds, *given), "the target is looked for in val, and not in test", 1
    best = np.where(val == val.max(axis=1, keepdims=True), val, -np.inf)
    yield timed(best, test, seconds, *given), "the first epoch that is there counts, not the best one", 1
    all_at_once = np.zeros_like(seconds)
    all_at_once[:, 0] = seconds.sum(axis=1)
    yield timed(val, test, all_at_once, *given), "a run stops when it is there: later epochs aren't spent", 2
    alone = np.diff(seconds, axis=1, prepend=0)
    yield timed(val, test, alone, *given), "that is one epoch's time: add up those before it", 2
    late = np.concatenate([0 * seconds[:, :1], seconds[:, :-1]], axis=1)
    yield timed(val, test, late, *given), "the epoch in which a run gets there is spent, too", 2
    free = seconds * there[:, None]
    yield timed(val, test, free, *given), "runs that never get there have spent their seconds, too", 2
    k = int(there.sum())
    some = np.random.default_rng(4).integers(0, k, (RESAMPLES, k))  # failures left out altogether
    words = "runs that never get there are drawn, too, and their seconds count"
    yield timed(val[there], test[there], seconds[there], target, some), words, 3
    passed = val.copy()
    passed[~there, -1] = target
    words = "divide by the runs that get there, not by all; test, too, is a mean over those"
    yield timed(passed, test, seconds, *given), words, 2
    at_end = np.repeat(test[:, -1:], test.shape[1], axis=1)
    yield timed(val, at_end, seconds, *given), "test is that of the epoch in which the run gets there", 1
    right = timed(val, test, seconds, *given)
    yield (right[0], right[2], right[1], right[3]), "high comes after low", 1
    yield (right[0], right[1], right[2], val.max()), "test is asked for, not val", 1
    best = np.mean(test[there].max(axis=1))
    yield (*right[:3], best), "test of the epoch in which the run gets there, not its best one", 1
    stays = np.where(np.minimum.accumulate(val[:, ::-1], axis=1)[:, ::-1] >= target, val, -np.inf)
    words = "one epoch at target is enough: a later fall doesn't undo it"
    yield timed(stays, test, seconds, *given), words, 1
    whole = timed(val, test, seconds, np.floor(target), draws)
    yield whole, "the target as it is, not cut to a whole number", 1
    for cut in (0, 49, 51, 100):
        words = f"leave out 50 at each end (95%); yours is what {cut} leave"
        yield timed(val, test, seconds, *given, cut), words, 3
    spent, _, _ = told_by_runs(val, test, seconds, target)
    last = np.where(there, (val >= target).argmax(axis=1), -1)
    words = "test of the runs that get there, and of no others"
    yield (*right[:3], test[np.arange(len(test)), last].mean()), words, 1
    again, reached = spent[draws].sum(axis=1), there[draws].sum(axis=1)
    resampled = [
        (again / np.maximum(reached, 1), "a resample in which no run gets there is inf, and not its seconds"),
        (again / len(spent), "divide a resample's seconds by its runs that get there, and not by all"),
        (spent[there][some].mean(axis=1), "runs that never get there are drawn, too, and cost seconds"),
        (again / k, "count in each resample how many of its runs get there"),
    ]
    for means, words in resampled:
        means = np.sort(means)
        yield (right[0], means[RESAMPLES // 40], means[-RESAMPLES // 40 - 1], right[3]), words, 3


@check("07-time")
def check_time(that, time_to_accuracy):
    def told(place, got, given):
        """(words, hint) of the mistake that comes to these four; where none does, what to look at."""
        if not np.isfinite(given[3]) or not (given[0] >= given[3]).any():
            return ": where no run gets there it is inf, inf, inf, nan", 1
        for part in (slice(4), slice(place + 1)):  # all four, or those up to the first that is wrong
            for wrong, words, hint in time_mistakes(*given):
                if np.allclose(wrong[part], got[part], rtol=1e-9, atol=1e-12, equal_nan=True):
                    return f": {words}", hint
        ends = ": all 2,000 drawn at once, seconds and successes counted in each, sorted, 50 left out at each end?"
        return (": which epochs are spent, and by which runs?", ends, ends, ": test where it gets there")[
            place
        ], ((1, 3, 3, 1)[place])

    def expect(val, test, seconds, target, why):
        if len(val) < 3:  # few enough to do it by hand
            why += f" (val {val}, test {test}, seconds {seconds}, target {target})"
        val, test, seconds = (np.array(them, float) for them in (val, test, seconds))
        draws = np.random.default_rng(4).integers(0, len(val), (RESAMPLES, len(val)))
        right = timed(val, test, seconds, target, draws)
        kept = val.copy(), test.copy(), seconds.copy()
        got = time_to_accuracy(*kept, target, np.random.default_rng(4))
        that(got is not None, "time_to_accuracy returned nothing; is there a return?", 1)
        four = isinstance(got, tuple | list) and len(got) == 4
        that(four, f"return four numbers, (seconds, low, high, test); you returned {got!r}", 1)
        same = all(map(np.array_equal, kept, (val, test, seconds)))
        that(same, "your code changed val, test or seconds: they belong to the caller", 1)
        for place, name in enumerate(("seconds", "low", "high", "test")):
            mine, yours = right[place], float(got[place])
            if not np.isclose(yours, mine, rtol=1e-9, atol=1e-12, equal_nan=True):
                four = [float(it) for it in got]
                words, hint = told(place, four, (val, test, seconds, target, draws))
                if np.isnan(yours) and np.isinf(mine) and (val >= target).any():
                    words = ": a resample in which no run gets there is inf, not nan; nor interpolate two inf"
                    hint = 3
                that(False, f"{why}: {name} is {mine:.6g}; yours is {yours:.6g}{words}", hint)

    expect(
        [[90, 97, 98]],
        [[99, 96, 97]],
        [[2, 3, 4]],
        98,
        "test reaches the target earlier than validation, which decides",
    )
    expect(
        [[90, 99], [99, 99]],
        [[91, 98], [97, 98]],
        [[2, 2], [3, 3]],
        99,
        "run 0 gets there in epoch 1, run 1 in 0",
    )
    expect([[99, 98, 97]], [[96, 97, 98]], [[2, 3, 4]], 98.5, "it gets there in epoch 0, and falls again")
    expect(
        [[99, 99], [90, 91]],
        [[98, 98], [91, 91]],
        [[2, 2], [5, 6]],
        99,
        "run 1 never gets there: its 11 s count",
    )
    expect([[90, 91], [92, 93]], [[99, 99]] * 2, [[1, 1]] * 2, 99, "no run gets there")
    close = "val comes close to the target before it is there"
    expect([[98.2, 98.46, 98.5]], [[97, 98, 99]], [[2, 3, 4]], 98.5, close)
    for seed in range(3):
        runs = pretend_runs(np.random.default_rng(seed), 6 + 3 * seed, 4 + seed, 98.0)
        expect(*runs, 98.0, f"{6 + 3 * seed} runs, {4 + seed} epochs, two of them never there")


@check("07-design")
def check_design(that, plan):
    got = plan()
    that(got is not None, "plan returned nothing: is there a return?", 1)
    two = isinstance(got, tuple | list) and len(got) == 2
    that(two, "return a tuple (lr, batch_size): two arrays (steps,)", 1)
    try:
        lr, batch_size = as_plan(*got)
    except BadPlan as error:
        that(False, str(error), 1)
    sizes = f"batches {batch_size.min()} to {batch_size.max()}"
    used = f"{len(lr):,} steps, rates {lr.min():.3g} to {lr.max():.3g}, {sizes}"
    data = load_mnist()
    networks = [trained(lr, batch_size, seed) for seed in (11, 12, 13)]
    right = 100 * np.mean([digits(network, data.x_val) == data.y_val for network in networks])
    words = f"{used}: {right:.1f}% of validation, {AT_LEAST}% are needed."
    spent = int(batch_size.sum()) + 32 * len(batch_size)
    that(
        right >= AT_LEAST or spent > 0.8 * MOST_COST, f"{words} Only {spent:,} of {MOST_COST:,} are spent", 1
    )
    small = np.mean(batch_size) < 12
    that(right >= AT_LEAST or not small, f"{words} Small batches: most of the cost is steps', not images'", 2)
    few = len(lr) < 150
    that(right >= AT_LEAST or not few, f"{words} Large batches leave few steps", 2)
    gone = np.argmax(lr < lr.max() / 100) if (lr < lr.max() / 100).any() else len(lr)
    early = np.argmax(lr) < gone < len(lr) / 2
    that(right >= AT_LEAST or not early, f"{words} After {gone} steps the rate is as good as gone", 2)
    rises = np.argmax(lr) > 0.8 * len(lr)
    that(right >= AT_LEAST or not rises, f"{words} Your rate is highest at the end: end near 0", 2)
    that(right >= AT_LEAST or right > 80, f"{words} It diverges, or hardly learns: is the rate near 0.1?", 1)
    low = lr.max() < 0.04 and np.mean(batch_size) >= 12
    that(
        right >= AT_LEAST or not low, f"{words} Even the highest of these rates is small: try 0.05 to 0.3", 2
    )
    steady = np.ptp(lr) < 0.2 * lr.max()
    that(right >= AT_LEAST or not steady, f"{words} Your rate hardly changes: end near 0", 2)
    that(right >= AT_LEAST, f"{words} Another peak? From 0.05 to 0.3, by factors of 2", 3)
    again = plan()
    same = all(np.array_equal(one, other) for one, other in zip(again, got, strict=True))
    that(same, "plan is called more than once, and has to return the same each time", 1)
