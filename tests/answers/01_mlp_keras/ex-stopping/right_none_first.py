class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best_loss, self.best_weights = patience, None, None
        self.epoch = self.best_epoch = 0

    def update(self, val_loss, weights):
        self.epoch += 1
        if self.best_loss is None or val_loss < self.best_loss:
            self.best_loss, self.best_epoch = val_loss, self.epoch
            self.best_weights = [np.array(w) for w in weights]
        return bool(self.epoch - self.best_epoch >= self.patience)
