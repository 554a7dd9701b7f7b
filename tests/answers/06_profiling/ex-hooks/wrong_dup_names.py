def time_modules(model, run, clock):
    times, stack, handles = {}, [], []

    def hooks(name):
        def before(module, inputs):
            stack.append([clock(), 0.0])

        def behind(module, inputs, output):
            start, inside = stack.pop()
            seconds = clock() - start
            if stack:
                stack[-1][1] += seconds
            calls, total, own = times.get(name, (0, 0.0, 0.0))
            times[name] = (calls + 1, total + seconds, own + seconds - inside)

        return before, behind

    for name, module in model.named_modules(remove_duplicate=False):
        before, behind = hooks(name)
        handles.append(module.register_forward_pre_hook(before))
        handles.append(module.register_forward_hook(behind))
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return times
