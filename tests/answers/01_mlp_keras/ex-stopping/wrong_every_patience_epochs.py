class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.losses, self.best_loss = patience, [], None

    def update(self, val_loss, weights):
        self.losses.append(val_loss)
        if self.best_loss is None or val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_weights = [w.copy() for w in weights]
        tail = self.losses[-self.patience - 1 :]
        return len(tail) > self.patience and not any(x < tail[0] for x in tail[1:])
