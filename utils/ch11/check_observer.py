"""Lab 11's check of an observer."""

from __future__ import annotations

import numpy as np

from utils.by_hand import as_array
from utils.ch11 import lab
from utils.ch11.replies import likely, takes
from utils.checks import check


@check("11-observer")
def check_observer(that, Observer):
    def state(observer, now):
        missing = [name for name in ("low", "high", "batches") if not hasattr(observer, name)]
        that(not missing, f"{now}: your observer has no {', no '.join(missing)}", 1)
        return observer.low, observer.high, observer.batches

    def expect(batches, why, **options):
        percentile, momentum = options.get("percentile", 100.0), options.get("momentum")
        observer, other = Observer(**options), Observer()
        got = state(observer, "a new one")
        that(got == (None, None, 0), f"a new observer has low None, high None, batches 0; yours {got}", 1)
        lows, highs = [], []
        for count, x in enumerate(batches, 1):
            now, given = f"{why}, {options}, after batch {count} of shape {x.shape}", x.copy()
            place = np.array([100 - percentile, percentile]) / 100 * (x.size - 1)
            low, high = np.interp(place, np.arange(x.size), np.sort(x, axis=None))
            lows, highs = [*lows, low], [*highs, high]
            observer.observe(given)
            that(np.array_equal(given, x), f"{now}: x has changed, which belongs to the caller", 1)
            given.fill(255 if x.dtype == np.uint8 else 1e6)  # the caller's next batch
            ends = min(lows), max(highs)
            if momentum is not None:
                shares = (1 - momentum) ** np.arange(count)[::-1]
                shares[1:] *= momentum
                ends = shares @ lows, shares @ highs
            got = state(observer, now)
            that(got[2] == count, f"{now}: batches is {count}; yours is {got[2]}", 1)
            for name, mine, yours in zip(("low", "high"), ends, got, strict=False):
                words = f"{now}: {name} should be {mine:.5f}; yours is {yours}"
                that(as_array(yours).ndim == 0 and as_array(yours).dtype.kind in "iuf", words, 1)
                if not np.isclose(float(yours), mine, rtol=1e-5, atol=1e-5):
                    k = ("low", "high").index(name)
                    why = ends_of(batches[:count], percentile, momentum, k, (lows, highs)[k])
                    why = likely(float(yours), why, rtol=1e-6) or on_the_way(
                        (lows, highs)[k], ends[k], momentum
                    )
                    that(False, words + why, 2)
            if count <= 12:
                other.observe(np.full(3, -100.0 * count))  # a second observer, with a state of its own
                that(other.low == -100 * count, f"{why}: of two observers, one changes the other", 1)

    def on_the_way(own, end, momentum):
        """Where an end comes from, for a mistake that isn't known."""
        if len(own) == 1:
            return ": np.percentile of all its values, nothing else"
        if momentum is None:
            return f": this batch's own is {own[-1]:.5f}, the others' {', '.join(f'{it:.5f}' for it in own[:-1][-3:])}"
        before = (end - momentum * own[-1]) / (1 - momentum) if momentum < 1 else own[-2]
        return f": it was {before:.5f}, and goes {momentum:g} of the way to this batch's own, {own[-1]:.5f}"

    def ends_of(batches, percentile, momentum, k, own):
        """What goes wrong with low (k = 0) or high, and the end that comes of it."""
        widest, x = (min, max)[k], batches[-1]
        whole = [(float(b.min()), float(b.max()))[k] for b in batches]

        def average(ends, m, start):
            for end in ends:
                start += m * (end - start)
            return start

        a = max(abs(float(x.min())), abs(float(x.max())))
        yield (float(x.max()), float(x.min()))[k], "low and high have changed places"
        if (2 * k - 1) * a not in whole:
            there = f"{(-1) ** (1 - k) * a:g} isn't there"
            yield (2 * k - 1) * a, f"low and high are two ends, each where it is: {there}"
        if len(batches) > 12 and own[-1] != own[-2]:
            yield widest(own[:-1]), f"every batch counts, number {len(batches)} like the first"
        if x.size > 100_000:
            yield 0.0, f"every value counts, in a batch of {x.size:,} too"
        if percentile != 100:
            swapped = [float(np.percentile(b, (percentile, 100 - percentile)[k])) for b in batches]
            halved = 100 - (100 - percentile) / 2
            both = [float(np.percentile(b, (100 - halved, halved)[k])) for b in batches]
            nearest = [
                float(np.percentile(b, (100 - percentile, percentile)[k], method=how))
                for b in batches[-1:]
                for how in ("nearest", "lower", "higher")
            ]
            yield widest(whole), "percentile is left out"
            if momentum is not None:
                yield average(whole[1:], momentum, whole[0]), "percentile is left out"
            yield widest(swapped), "low is the (100 − percentile)-th, high the percentile-th"
            yield widest(both), f"the {percentile}-th means {100 - percentile:g}% at each end, not half of it"
            yield widest(own[:1] + whole[1:]), "percentile counts for each batch, not for the first one only"
            for value in nearest:
                yield value, "np.percentile goes between two values where it has to"
        if momentum is None:
            yield own[-1], "that is this batch's own range: keep the widest so far"
            yield own[0], "that is the first batch's range: keep the widest so far"
            yield widest(*own, 0.0), "it starts from the first batch's range, not from 0"
            yield float(np.mean(own)), "without momentum it is the widest so far, no average"
        else:
            if momentum == 0:
                still = "the range stays the first batch's. `not momentum` takes 0 for None"
                yield widest(own), f"momentum 0 is a momentum, too: {still}"
            if x.dtype == np.uint8 and len(own) == 2:  # the state is a float from then on
                wrapped = (own[1] - own[0]) % 256
                words = f"{own[1]:g} − {own[0]:g} has wrapped round in uint8, to {wrapped:g}"
                yield own[0] + momentum * wrapped, f"{words}: make a float of each end"
            reverse = "momentum is the new batch's share: low + momentum · (its low − low)"
            yield average(own[1:], 1 - momentum, own[0]), reverse
            yield average(own, momentum, 0.0), "the first batch sets the range; no average starts from 0"
            yield widest(own), "with momentum it is an average, not the widest so far"
            yield own[-1], "that is this batch's own range: with momentum it is an average"
            yield float(np.mean(own)), "that is the plain mean; momentum is left out"
            yield int(average(own[1:], momentum, own[0])), "it is cut off to a whole number"
        yield round(float(own[-1]), 3), "it is rounded"
        yield int(own[-1]), "it is cut off to a whole number"
        middle, spread = x.mean(), x.std()
        for times in (1, 2, 3):
            yield middle + (2 * k - 1) * times * spread, "mean and spread make no range: take the percentiles"

    def each(batches, why, *settings):
        for options in settings:
            expect(batches, why, **options)

    as_the_stub = takes(Observer, 99.0, 0.1) and takes(Observer, percentile=99.0, momentum=0.1)
    that(as_the_stub, "Observer takes (percentile=100.0, momentum=None): leave that as it was", 1)
    rng = np.random.default_rng(0)
    plain, half, steps = {}, {"momentum": 0.5}, [np.array(x) for x in ([5.0, 7], [6.0, 9], [4, 6.5])]
    each(steps, "5…7, 6…9, 4…6.5", plain, half)
    for momentum in (0.1, 0.3, 0.0, 1.0):
        expect(lab.batches_that_move(rng), "six batches", momentum=momentum)
    expect([-x for x in lab.batches_that_move(rng)], "six batches below 0")
    for percentile in (99.0, 75.0, 99.9):
        settings = {"percentile": percentile}, {"percentile": percentile, "momentum": 0.2}
        each(lab.batches_that_move(rng), "six batches", *settings)
    each(lab.batches_in_order(rng), "12,000 values", plain, half, {"percentile": 99.99})
    each([*steps, np.zeros((2, 3)), *steps], "a batch of zeros", plain, half)
    each(lab.batches_of_images(rng), "images of uint8", plain, half)
    relu = [np.array(x) for x in ([0.0, 4.0], [1.0, 6.0], [0.5, 3.0], [-4.0, 0.0])]
    each(relu, "0…4, 1…6, 0.5…3, −4…0", half)
    each([-x for x in relu], "−4…0, −6…−1, −3…−0.5, 0…4", half)
    late = [np.array([0.0, 1.0])] * 200 + [np.array([-3.0, 5.0])]
    each(late, "200 batches of 0 and 1, then −3 and 5", plain, half)
    large = np.r_[np.zeros(150_000), 7.0, np.zeros(99_998), -7.0]
    expect([large], "250,000 values, a 7 and a −7 among zeros")
    for options in (plain, {"percentile": 99.0, "momentum": 0.1}):
        kept, more = lab.memory(Observer, rng, **options)
        that(kept <= 30, f"after hundreds of batches your observer holds {kept} numbers: 3 are enough", 1)
        that(more <= 400, f"50 batches more, and {more:,} bytes more are kept: 3 numbers are enough", 1)
