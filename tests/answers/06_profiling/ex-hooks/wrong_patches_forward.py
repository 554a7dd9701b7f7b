def time_modules(model, run, clock):
    """{name: (calls, total, own)} of the modules that run() runs; seconds by clock."""
    times, stack = {}, []

    def wrap(name, module):
        forward = module.forward

        def timed(*given):
            start = clock()
            stack.append(0.0)
            y = forward(*given)
            seconds = clock() - start
            inside = stack.pop()
            if stack:
                stack[-1] += seconds
            calls, total, own = times.get(name, (0, 0.0, 0.0))
            times[name] = calls + 1, total + seconds, own + seconds - inside
            return y

        module.forward = timed

    for name, module in model.named_modules():
        wrap(name, module)
    run()
    return times
