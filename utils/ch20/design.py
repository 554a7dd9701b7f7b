"""Chapter 20's design problem: launches in an order, on two streams, within a budget of memory."""

from __future__ import annotations

import numpy as np

from utils.checks import fixed

LAUNCH_US = 5  # µs of the CPU in each launch
STREAMS = (0, 1)


def kernel(name: str, us: int, mb: int, *needs: str) -> dict:
    """A kernel as exercise 6 describes it."""
    return {"name": name, "us": us, "mb": mb, "needs": list(needs)}


TWO_BATCHES = [  # copy, forward and loss of two small batches
    kernel("copy 0", 30, 12),
    kernel("forward 0", 42, 50, "copy 0"),
    kernel("loss 0", 8, 1, "forward 0"),
    kernel("copy 1", 30, 12),
    kernel("forward 1", 42, 50, "copy 1"),
    kernel("loss 1", 8, 1, "forward 1"),
]


def timeline(kernels: list[dict], plan) -> dict[str, tuple[int, int, int]] | None:
    """name → (start, end, when its output is let go), in µs; None if a kernel is launched before what it needs."""
    its, found, free = {k["name"]: k for k in kernels}, {}, dict.fromkeys(STREAMS, 0)
    for number, (name, stream) in enumerate(plan, start=1):
        needs = its[name]["needs"]
        if any(need not in found for need in needs):
            return None
        start = max(number * LAUNCH_US, free[stream], *(found[need][1] for need in needs), 0)
        free[stream] = start + its[name]["us"]
        found[name] = (start, free[stream])
    end, gone = max(free.values()), {}
    for name, (_, its_end) in found.items():
        for need in its[name]["needs"]:
            gone[need] = max(gone.get(need, 0), its_end)
    return {name: (start, its_end, gone.get(name, end)) for name, (start, its_end) in found.items()}


def simulate(kernels: list[dict], plan) -> tuple[int, int] | None:
    """(µs, peak in MB) of a plan, a list of (name, stream); None if a kernel is launched before what it needs.

    Launch i, from 1 on, has reached the GPU after i times LAUNCH_US. A kernel starts once it is there, the one before
    it on its stream has ended, and so has all that it needs. Its output takes its MB from its start to the end of the
    last kernel that needs it, or to the end of all if none does.
    """
    check_plan(kernels, plan)
    found = timeline(kernels, plan)
    if found is None:
        return None
    mb = {k["name"]: k["mb"] for k in kernels}
    held = [
        sum(mb[n] for n, (start, _, gone) in found.items() if start <= at < gone)
        for at, _, _ in found.values()
    ]
    return max(end for _, end, _ in found.values()), max(held)


def check_plan(kernels: list[dict], plan) -> None:
    """ValueError, with a sentence, for what is no list of (name, stream) with each kernel once."""
    names = [k["name"] for k in kernels]
    if not isinstance(plan, list | tuple):
        raise ValueError(f"a plan is a list of pairs (name, stream); yours is a {type(plan).__name__}")
    for it in plan:
        pair = isinstance(it, list | tuple) and len(it) == 2
        if not pair or it[0] not in names:
            raise ValueError(f"a plan is a list of pairs (name, stream); yours has {it!r:.60}")
        whole = isinstance(it[1], int | np.integer) and not isinstance(it[1], bool)
        if not whole or it[1] not in STREAMS:
            raise ValueError(f"{it[0]}: the stream is 0 or 1; yours is {it[1]!r:.20}")
    planned = [name for name, _ in plan]
    if twice := [name for i, name in enumerate(planned) if name in planned[:i]]:
        raise ValueError(f"{twice[0]} stands in the plan more than once")
    if missing := [name for name in names if name not in planned]:
        raise ValueError(f"{missing[0]} isn't in the plan: each kernel is launched once")


def try_out(kernels: list[dict], plan) -> tuple[int, int] | None:
    """Print when a plan runs what, its µs and its peak, and return those two."""
    ran = simulate(kernels, plan)
    if ran is None:
        print("a kernel is launched before what it needs: the GPU would wait for ever")
        return None
    found = timeline(kernels, plan)
    for stream in STREAMS:
        on_it = [f"{name} {found[name][0]}–{found[name][1]}" for name, s in plan if s == stream]
        print(f"stream {stream}: {', '.join(on_it) or 'nothing'}")
    print(f"{ran[0]} µs, at most {ran[1]} MB at once")
    return ran


KINDS = (
    "beside",
    "tight",
    "exact",
    "longest first",
    "launches",
    "impossible",
    "join",
    "peaks",
    "names",
    "one",
)
KINDS += ("long memory", "late need", "pairs", "drawn", "drawn of six")


def problem(rng: np.random.Generator, kind: str) -> tuple[list[dict], int]:
    """Kernels, each behind those that it needs, and a budget in MB, of a ``kind`` in KINDS."""
    names = [f"k{letter}" for letter in rng.permutation(list("abcdefgh"))[:6]]
    a, b, c, d, e, _ = names
    some, many = int(rng.integers(20, 30)), int(rng.integers(60, 80))
    small, large = int(rng.integers(1, 5)), int(rng.integers(40, 60))
    if kind == "beside":
        return [kernel(a, many, small), kernel(b, many - 3, small), kernel(c, some, small)], 100
    if kind in (
        "tight",
        "exact",
    ):  # two chains whose large outputs fit one after the other, or just both at once
        kernels = [kernel(a, many, large), kernel(b, some, small, a)]
        kernels += [kernel(c, many - 2, large + 1), kernel(d, some + 1, small, c)]
        return kernels, 2 * large + 1 + 2 * small - (kind == "tight")
    if kind == "longest first":  # as listed, the long one comes last
        return [kernel(a, some, small), kernel(b, some, small), kernel(c, 2 * some + 3, small)], 100
    if kind == "launches":  # shorter than a launch: streams gain nothing
        sizes = [int(it) for it in rng.permutation([1, 2, 3, 4])]
        return [kernel(name, us, small) for name, us in zip((a, b, c, d), sizes, strict=True)], 100
    if kind == "impossible":
        return [kernel(a, some, large), kernel(b, some, large, a)], 2 * large - 1
    if kind == "join":
        middle = [kernel(b, many, small, a), kernel(c, many + 2, small, a)]
        return [kernel(a, some, small), *middle, kernel(d, some, small, b, c)], 100
    if (
        kind == "peaks"
    ):  # beside a long one, two chains: as fast in any order, and by the alphabet they pile up
        a, b, c, d = sorted((a, b, c, d))
        chains = [
            kernel(a, 10, large),
            kernel(b, 10, large),
            kernel(c, 10, small, a),
            kernel(d, 10, small, b),
        ]
        return [kernel(e, 2 * many, small), *chains], 4 * large
    if kind == "names":  # equal kernels: names and streams decide
        return [kernel(name, some, small) for name in (a, b, c, d)], 100
    if kind == "one":
        return [kernel(a, some, large)], large
    if kind == "long memory":  # an output that is needed early and late
        kernels = [kernel(a, some, large), kernel(b, many, small, a), kernel(c, some, large)]
        return [*kernels, kernel(d, some, small, c, a)], 2 * large + 2 * small - 1
    if kind == "pairs":  # equally good plans, of which pairs in order and names in order take another one
        a, b, c, d = sorted((a, b, c, d))
        kernels = [kernel(c, 40, 4 * small), kernel(b, 40, 2 * small, c)]
        return [*kernels, kernel(a, 20, 4 * small), kernel(d, 30, 2 * small)], 12 * small
    if kind == "late need":  # launched in the order of the list, the first stream would wait
        kernels = [kernel(a, many, small), kernel(b, some, small, a), kernel(c, many - 5, small)]
        return [*kernels, kernel(d, some, small, c), kernel(e, some, small)], 100
    return _drawn(rng, names if kind == "drawn of six" else names[:5])


def _drawn(rng: np.random.Generator, names: list[str]) -> tuple[list[dict], int]:
    kernels: list[dict] = []
    for number, name in enumerate(names):
        before = [k["name"] for k in kernels]
        chosen = rng.permutation(before)[
            : int(rng.integers(1, 3)) if number > len(names) // 2 else number % 2
        ]
        kernels.append(
            kernel(name, int(rng.integers(3, 60)), int(rng.integers(2, 40)), *map(str, sorted(chosen)))
        )
    low = max(sum(k["mb"] for k in kernels if k["name"] in [it["name"], *it["needs"]]) for it in kernels)
    high = sum(k["mb"] for k in kernels)
    return kernels, low + int((high - low) * rng.uniform(0.3, 0.9))


fixed(__name__)
