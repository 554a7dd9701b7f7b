def choose(kernels, budget):
    """The plan, a list of (name, stream) in the order of launches; [] if none fits."""
    best = None
    names = [k["name"] for k in kernels]
    for order in itertools.permutations(names):
        for streams in itertools.product((0, 1), repeat=len(names)):
            plan = list(zip(order, streams))
            result = simulate(kernels, plan)
            if result is None or result[1] > budget:
                break
            if result[1] > budget:
                continue
            key = (*result, plan)
            if best is None or key < best:
                best = key
    return best[2] if best else []
