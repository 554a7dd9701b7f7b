from dataclasses import dataclass


@dataclass
class Stopwatch:
    clock: object
    wait: object

    def __enter__(self):
        self.wait()
        self.begun = self.clock()
        return self

    def __exit__(self, *error):
        self.wait()
        self.seconds = self.clock() - self.begun


def time_calls(function, repeats, warmup, clock, wait):
    found = np.zeros(repeats)
    for i in range(-warmup, repeats):
        with Stopwatch(clock, wait) as watch:
            function()
        if i >= 0:
            found[i] = watch.seconds
    return found
