def report(counts):
    rows = [[int(v) for v in row] for row in counts]
    c = len(rows)
    p, r, f = [], [], []
    for k in range(c):
        tp, called, true = rows[k][k], sum(row[k] for row in rows), sum(rows[k])
        p.append(tp / called if called else 0)
        r.append(tp / true if true else 0)
        f.append(0 if p[-1] + r[-1] == 0 else 2 * p[-1] * r[-1] / (p[-1] + r[-1]))
    total = sum(map(sum, rows))
    return {
        "macro_f1": sum(f) / c,
        "f1": f,
        "recall": r,
        "precision": p,
        "accuracy": sum(rows[k][k] for k in range(c)) / total,
    }
