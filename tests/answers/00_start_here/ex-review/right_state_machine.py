class Watcher:
    def __init__(self):
        self.idle, self.on = True, False
        self.words = set()
        self.seen, self.timed = [], []

    def a(self, who="a"):
        if who not in self.seen and self.on:
            self.words |= {"cold"}
        self.seen += [who]
        self.idle = False
        self.timed += [who] * self.on

    def b(self):
        self.a("b")

    def wait(self):
        self.idle = True

    def start(self, on=True):
        if not self.idle:
            self.words |= {"asynchronous"}
        self.on = on

    def stop(self):
        self.start(False)


def review(log):
    w = Watcher()
    for event in log:
        getattr(w, event)()
    n = len(w.timed)
    for one, other in ["ab", "ba"]:
        k = w.timed.count(one)
        if w.timed == [one] * k + [other] * (n - k):
            w.words.add("blocks")
        if k < 11:
            w.words.add("few")
    return sorted(w.words)
