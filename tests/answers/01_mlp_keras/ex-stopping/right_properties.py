import pickle


class EarlyStopping:
    def __init__(self, patience):
        self._patience, self._log = patience, []
        self._kept = b""

    @property
    def best_loss(self):
        return self._log[self._best()]

    @property
    def best_weights(self):
        return pickle.loads(self._kept)

    def _best(self):
        best = 0
        for i, loss in enumerate(self._log):
            if loss < self._log[best]:
                best = i
        return best

    def update(self, val_loss, weights):
        self._log.append(float(val_loss))
        if self._best() == len(self._log) - 1:
            self._kept = pickle.dumps(list(weights))
        return len(self._log) - 1 - self._best() >= self._patience
