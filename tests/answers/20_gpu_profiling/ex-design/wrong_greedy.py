def choose(kernels, budget):
    plan, left = [], list(kernels)
    done, free = {}, [0, 0]
    while left:
        ready = [k for k in left if all(need in done for need in k["needs"])]
        kernel = max(ready, key=lambda k: k["us"])
        stream = int(free[1] < free[0])
        start = max([free[stream], (len(plan) + 1) * LAUNCH_US, *[done[n] for n in kernel["needs"]]])
        free[stream] = done[kernel["name"]] = start + kernel["us"]
        plan.append((kernel["name"], stream))
        left.remove(kernel)
    return plan if simulate(kernels, plan)[1] <= budget else []
