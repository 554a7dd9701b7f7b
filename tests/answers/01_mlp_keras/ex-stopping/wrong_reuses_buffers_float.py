class EarlyStopping:
    buffers = None

    def __init__(self, patience):
        self.patience, self.best_loss, self.waited = patience, np.inf, 0

    def update(self, val_loss, weights):
        if val_loss < self.best_loss:
            if EarlyStopping.buffers is None or [b.shape for b in EarlyStopping.buffers] != [
                w.shape for w in weights
            ]:
                EarlyStopping.buffers = [np.empty_like(w) for w in weights]
            for b, w in zip(EarlyStopping.buffers, weights):
                b[...] = w
            self.best_weights = EarlyStopping.buffers
            self.best_loss, self.waited = val_loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience
