class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss, self.best_weights, self.waited = np.inf, None, 0

    def update(self, val_loss, weights):
        if val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_weights = [weights[0].copy(), weights[1].copy()]
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience
