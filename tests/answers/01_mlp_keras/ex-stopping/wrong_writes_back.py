class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss, self.best_weights, self.waited = np.inf, None, 0

    def update(self, val_loss, weights):
        if val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_weights = [w.copy() for w in weights]
            self.waited = 0
        else:
            self.waited += 1
        stop = self.waited >= self.patience
        if stop:
            for w, best in zip(weights, self.best_weights):
                w[...] = best
        return stop
