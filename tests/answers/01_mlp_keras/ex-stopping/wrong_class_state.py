class EarlyStopping:
    best_weights = []
    losses = []

    def __init__(self, patience):
        self.patience = patience

    def update(self, val_loss, weights):
        if not self.losses or val_loss < min(self.losses):
            self.best_loss = val_loss
            self.best_weights = [w.copy() for w in weights]
            self.waited = -1
        self.losses.append(val_loss)
        self.waited += 1
        return self.waited >= self.patience
