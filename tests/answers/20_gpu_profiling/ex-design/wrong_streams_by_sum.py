def choose(kernels, budget):
    """The best split of the sums, in the listed order: streams as bins."""
    names = [k["name"] for k in kernels]
    us = [k["us"] for k in kernels]
    best = []
    for streams in itertools.product((0, 1), repeat=len(names)):
        plan = list(zip(names, streams))
        sums = [sum(u for u, s in zip(us, streams) if s == one) for one in (0, 1)]
        if simulate(kernels, plan)[1] <= budget:
            best.append((max(sums), plan))
    return min(best)[1] if best else []
