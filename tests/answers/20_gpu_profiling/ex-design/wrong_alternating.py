def choose(kernels, budget):
    """The plan, a list of (name, stream) in the order of launches; [] if none fits."""
    found = []
    for order in itertools.permutations([kernel["name"] for kernel in kernels]):
        for streams in [[i % 2 for i in range(len(order))]]:
            plan = list(zip(order, streams, strict=True))
            got = simulate(kernels, plan)
            if got is None:
                break
            if got[1] <= budget:
                found.append((*got, plan))
    return min(found)[2] if found else []
