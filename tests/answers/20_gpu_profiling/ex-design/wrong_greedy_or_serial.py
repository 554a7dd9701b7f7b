def choose(kernels, budget):
    names = [k["name"] for k in kernels]
    for plan in ([(n, i % 2) for i, n in enumerate(names)], [(n, 0) for n in names]):
        got = simulate(kernels, plan)
        if got[1] <= budget:
            return plan
    return []
