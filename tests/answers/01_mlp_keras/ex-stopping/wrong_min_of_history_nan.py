class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.history = patience, []

    def update(self, val_loss, weights):
        if not self.history or val_loss < np.min(self.history):
            self.best_loss = val_loss
            self.best_weights = [w.copy() for w in weights]
            self.at = len(self.history)
        self.history.append(val_loss)
        return len(self.history) - 1 - self.at >= self.patience
