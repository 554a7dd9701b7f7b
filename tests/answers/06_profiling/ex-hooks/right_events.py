def time_modules(model, run, clock):
    names = {module: name for name, module in model.named_modules()}
    events, handles = [], []

    def note(kind):
        def hook(module, *_):
            events.append((kind, names[module], clock()))

        return hook

    for module in names:
        handles.append(module.register_forward_pre_hook(note("in")))
        handles.append(module.register_forward_hook(note("out")))
    try:
        run()
    except BaseException:
        for handle in handles:
            handle.remove()
        raise
    for handle in handles:
        handle.remove()
    times, stack = {}, []
    for kind, name, at in events:
        if kind == "in":
            stack.append([name, at, 0.0])
            continue
        name, start, inside = stack.pop()
        calls, total, own = times.get(name, (0, 0.0, 0.0))
        times[name] = (calls + 1, total + at - start, own + at - start - inside)
        if stack:
            stack[-1][2] += at - start
    return times
