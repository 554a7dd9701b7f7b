import time


def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        wait()
        times.append(time.perf_counter() - start)
    return np.array(times)
