def plan(kept, lost, most):
    def rest(layer, room):
        if layer == len(kept):
            return (0.0, 0, [])
        best = None
        for i, (n, x) in enumerate(zip(kept[layer], lost[layer], strict=True)):
            if n > room or np.isnan(x):
                continue
            tail = rest(layer + 1, room - n)
            if tail is not None:
                it = (max(x, 0.0) + tail[0], n + tail[1], [i, *tail[2]])
                best = it if best is None else min(best, it)
        return best

    found = rest(0, most)
    if found is None:
        raise ValueError("nothing fits")
    return found[2]
