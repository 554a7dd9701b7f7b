class EarlyStopping:
    def __init__(self, patience):
        self.patience = self.left = patience
        self.best_loss = None
        self.best_weights = []

    def update(self, val_loss, weights):
        if self.best_loss is None or val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_weights = [np.array(w) for w in weights]
            self.left = self.patience
            return False
        self.left -= 1
        return self.left == 0
