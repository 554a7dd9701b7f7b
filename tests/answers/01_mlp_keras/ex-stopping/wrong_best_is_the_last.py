class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best_loss, self.best_weights, self.waited = patience, float("inf"), None, 0

    def update(self, val_loss, weights):

        if val_loss < self.best_loss:
            self.best_weights, self.waited = [w.copy() for w in weights], 0
        else:
            self.waited += 1
        self.best_loss = val_loss
        return self.waited >= self.patience
