class EarlyStopping:
    def __init__(self, patience):
        self.machine = self._run(patience)
        next(self.machine)

    def _run(self, patience):
        loss, weights = yield
        while True:
            self.best_loss, self.best_weights, n = loss, [+w for w in weights], 0
            loss, weights = yield False
            while not loss < self.best_loss:
                n += 1
                loss, weights = yield n >= patience

    def update(self, val_loss, weights):
        return self.machine.send((val_loss, weights))
