"""Lab 07's check of shards: who reads what, by usual mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from utils.checks import check


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
