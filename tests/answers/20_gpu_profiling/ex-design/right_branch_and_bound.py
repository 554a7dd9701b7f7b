def choose(kernels, budget):
    best = None
    names = [k["name"] for k in kernels]
    needs = {k["name"]: set(k["needs"]) for k in kernels}

    def extend(plan, left):
        nonlocal best
        if not left:
            us, mb = simulate(kernels, plan)
            if mb <= budget and (best is None or (us, mb, plan) < best):
                best = (us, mb, plan)
            return
        done = {name for name, _ in plan}
        for name in left:
            if needs[name] <= done:
                for stream in (0, 1):
                    extend([*plan, (name, stream)], [n for n in left if n != name])

    extend([], names)
    return best[2] if best else []
