def choose(kernels, budget):
    plans = []
    for order in itertools.permutations(sorted(k["name"] for k in kernels)):
        place = {name: i for i, name in enumerate(order)}
        if any(place[need] > place[k["name"]] for k in kernels for need in k["needs"]):
            continue
        for streams in itertools.product([0, 1], repeat=len(order)):
            plans.append([(name, stream) for name, stream in zip(order, streams)])
    scored = [(simulate(kernels, plan), plan) for plan in plans]
    fitting = sorted((got, plan) for got, plan in scored if got[1] <= budget)
    return fitting[0][1] if fitting else []
