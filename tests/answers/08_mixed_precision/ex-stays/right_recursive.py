def must_stay(operations, x, half, most_error):
    best = {"key": None, "names": None}

    def go(i, value, kept):
        if i == len(operations):
            if not np.isfinite(value).all():
                return
            error = np.max(np.abs(value - exact)) / np.max(np.abs(exact))
            if error <= most_error and (best["key"] is None or (len(kept), error) < best["key"]):
                best.update(key=(len(kept), error), names=kept)
            return
        name, function = operations[i]
        with np.errstate(all="ignore"):
            go(i + 1, function(value, half), kept)
            go(i + 1, function(value, identity), [*kept, name])

    def identity(value):
        return value

    exact = run(operations, x, identity, ())
    go(0, x, [])
    return best["names"]
