def time_to_accuracy(val, test, seconds, target, rng):
    spent, there, tests = [], [], []
    for v, t, s in zip(val, test, seconds):
        total, found = 0.0, 0
        for a, b, c in zip(v, t, s):
            total += c
            if a >= target:
                found = 1
                tests.append(b)
                break
        spent.append(total)
        there.append(found)

    def ratio(rows):
        n = sum(there[i] for i in rows)
        return sum(spent[i] for i in rows) / n if n else np.inf

    draws = rng.integers(0, len(val), (2000, len(val)))
    again = sorted(ratio(row) for row in draws.tolist())
    mean = sum(tests) / len(tests) if tests else np.nan
    return ratio(range(len(val))), again[50], again[1949], mean
