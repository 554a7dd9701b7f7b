def choose(kernels, budget):
    names = [k["name"] for k in kernels]
    best = (float("inf"), float("inf"), [])
    for order in itertools.permutations(names):
        for bits in range(2 ** len(names)):
            plan = [[name, bits >> i & 1] for i, name in enumerate(order)]
            got = simulate(kernels, plan)
            if got and got[1] <= budget:
                best = min(best, (got[0], got[1], plan))
    return best[2]
