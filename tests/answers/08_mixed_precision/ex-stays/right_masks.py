def must_stay(operations, x, half, most_error):
    def error_of(mask):
        value = x
        with np.errstate(all="ignore"):
            for i, (_, function) in enumerate(operations):
                value = function(value, (lambda it: it) if mask >> i & 1 else half)
            wrong = float(np.max(np.abs(value - exact))) / float(np.max(np.abs(exact)))
        return wrong if np.all(np.isfinite(value)) else float("inf")

    exact = x
    for _, function in operations:
        exact = function(exact, lambda it: it)
    masks = [(mask.bit_count(), error_of(mask), mask) for mask in range(2 ** len(operations))]
    best = min(it for it in masks if it[1] <= most_error)[2]
    return [name for i, (name, _) in enumerate(operations) if best >> i & 1]
