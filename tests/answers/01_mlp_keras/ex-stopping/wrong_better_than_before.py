class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.waited, self.best_loss, self.last = patience, 0, np.inf, np.inf

    def update(self, val_loss, weights):
        if val_loss <= self.best_loss and val_loss != self.best_loss or not hasattr(self, "best_weights"):
            self.best_loss = val_loss
            self.best_weights = [w.copy() for w in weights]
        self.waited = 0 if val_loss < self.last else self.waited + 1
        if np.isinf(self.last):
            self.waited = 0
        self.last = val_loss
        return self.waited >= self.patience
