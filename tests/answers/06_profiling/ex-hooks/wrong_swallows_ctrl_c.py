def time_modules(model, run, clock):
    """{name: (calls, total, own)} of the modules that run() runs; seconds by clock."""
    times, stack, handles = {}, [], []

    def before(module, inputs):
        stack.append([clock(), 0.0])

    def behind(name):
        def hook(module, inputs, output):
            start, inside = stack.pop()
            seconds = clock() - start
            if stack:
                stack[-1][1] += seconds
            calls, total, own = times.get(name, (0, 0.0, 0.0))
            times[name] = calls + 1, total + seconds, own + seconds - inside

        return hook

    try:
        for name, module in model.named_modules():
            handles.append(module.register_forward_pre_hook(before))
            handles.append(module.register_forward_hook(behind(name)))
        run()
    finally:
        for handle in handles:
            handle.remove()
        return times  # noqa: B012
