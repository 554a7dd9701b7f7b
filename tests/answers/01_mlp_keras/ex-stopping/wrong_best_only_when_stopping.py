class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.waited, self._loss = patience, 0, None

    def update(self, val_loss, weights):
        if self._loss is None or val_loss < self._loss:
            self._loss, self.waited = val_loss, 0
            self._weights = [w.copy() for w in weights]
        else:
            self.waited += 1
        if self.waited >= self.patience:
            self.best_loss, self.best_weights = self._loss, self._weights
        return self.waited >= self.patience
