def time_calls(function, repeats, warmup, clock, wait):
    if warmup > 0:
        function()
        return time_calls(function, repeats, warmup - 1, clock, wait)
    if repeats == 0:
        return np.zeros(0)
    wait(), wait()
    np_ = clock()
    function()
    wait()
    first = clock() - np_
    return np.concatenate([[first], time_calls(function, repeats - 1, 0, clock, wait)])
