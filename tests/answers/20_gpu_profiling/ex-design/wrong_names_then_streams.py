def choose(kernels, budget):
    names = [k["name"] for k in kernels]
    best = None
    for order in itertools.permutations(names):
        for streams in itertools.product((0, 1), repeat=len(names)):
            plan = list(zip(order, streams))
            got = simulate(kernels, plan)
            if got is None:
                break
            us, mb = got
            if mb <= budget:
                it = (us, mb, order, streams)
                if best is None or it < best:
                    best = it
    return list(zip(best[2], best[3])) if best else []
