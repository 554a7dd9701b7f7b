def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    starts, stops = [], []
    for _ in range(repeats):
        starts.append(clock())
        function()
    for _ in range(repeats):
        wait()
        stops.append(clock())
    return np.subtract(stops, starts)
