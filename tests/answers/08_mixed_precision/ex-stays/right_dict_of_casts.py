def must_stay(operations, x, half, most_error):
    from functools import reduce

    def forward(flags):
        def one(value, pair):
            (_, function), stays = pair
            return function(value, (lambda it: it) if stays else half)

        with np.errstate(all="ignore"):
            return reduce(one, zip(operations, flags, strict=True), x)

    n = len(operations)
    exact = forward([True] * n)
    scores = {}
    for flags in itertools.product((True, False), repeat=n):
        got = forward(flags)
        bad = not np.isfinite(got).all()
        scores[flags] = np.inf if bad else np.abs(got - exact).max() / np.abs(exact).max()
    good = [flags for flags, error in scores.items() if error <= most_error]
    flags = min(good, key=lambda flags: (sum(flags), scores[flags]))
    return [name for (name, _), stays in zip(operations, flags, strict=True) if stays]
