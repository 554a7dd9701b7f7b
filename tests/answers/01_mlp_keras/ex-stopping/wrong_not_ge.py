class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.waited, self.best_loss = patience, 0, None

    def update(self, val_loss, weights):
        if self.best_loss is None or not val_loss >= self.best_loss:
            self.best_loss, self.waited = val_loss, 0
            self.best_weights = [w.copy() for w in weights]
        else:
            self.waited += 1
        return self.waited >= self.patience
