class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best_loss, self.best_weights = patience, np.inf, None
        self.last, self.waited = np.inf, 0

    def update(self, val_loss, weights):
        self.waited = 0 if val_loss < self.last else self.waited + 1
        self.last = val_loss
        if val_loss < self.best_loss:
            self.best_loss, self.best_weights = val_loss, [w.copy() for w in weights]
        return self.waited >= self.patience
