def plan(kept, lost, most):
    front = {0: (0.0, [])}
    for k, it in zip(kept, lost, strict=True):
        new = {}
        for left, (loss, levels) in front.items():
            for i in range(len(k)):
                if it[i] == it[i] and left + k[i] <= most:
                    option = (loss + max(float(it[i]), 0.0), [*levels, i])
                    key = left + int(k[i])
                    if key not in new or option < new[key]:
                        new[key] = option
        front = new
    if not front:
        raise ValueError("too tight")
    return min((loss, left, levels) for left, (loss, levels) in front.items())[2]
