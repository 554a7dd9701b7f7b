"""Lab 07's check of batches: orders drawn with NumPy, each epoch by itself."""

from __future__ import annotations

import numpy as np

from utils.ch07.check_schedule import an_array
from utils.checks import check


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
