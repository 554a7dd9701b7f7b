import numpy

np = show_progress = binom = low_end = emit = check = lab = honest = logs = log_of = candidates = None
check_timer = PretendDevice = noise = aa_ratios = None


def time_calls(function, repeats, warmup, clock, wait):
    times = []
    for call in range(warmup + repeats):
        wait()
        begin = clock()
        function()
        wait()
        if call >= warmup:
            times.append(clock() - begin)
    return numpy.array(times)
