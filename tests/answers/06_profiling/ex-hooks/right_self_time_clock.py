def time_modules(model, run, clock):
    calls, total, own, open_ = {}, {}, {}, []
    last = [0.0]

    def tick():
        now = clock()
        if open_:
            own[open_[-1][0]] = own.get(open_[-1][0], 0) + now - last[0]
        last[0] = now
        return now

    def enter(name):
        def hook(m, x):
            open_.append((name, tick()))

        return hook

    def leave(m, x, y):
        now = tick()
        name, start = open_.pop()
        calls[name] = calls.get(name, 0) + 1
        total[name] = total.get(name, 0) + now - start

    handles = []
    try:
        for name, m in model.named_modules():
            handles += [m.register_forward_pre_hook(enter(name)), m.register_forward_hook(leave)]
        run()
    finally:
        [handle.remove() for handle in handles]
    return {name: (calls[name], total[name], own[name]) for name in calls}
