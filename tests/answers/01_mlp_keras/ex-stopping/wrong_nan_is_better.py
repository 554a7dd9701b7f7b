class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best_loss, self.best_weights, self.waited = patience, np.inf, None, 0

    def update(self, val_loss, weights):
        if val_loss >= self.best_loss:
            self.waited += 1
        else:
            self.best_loss, self.best_weights, self.waited = val_loss, [w.copy() for w in weights], 0
        return self.waited >= self.patience
