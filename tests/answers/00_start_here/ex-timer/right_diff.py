def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    readings = [clock()]
    for _ in range(repeats):
        function()
        wait()
        readings.append(clock())
    return np.diff(readings)
