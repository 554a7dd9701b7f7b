from copy import deepcopy


class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.losses, self.best_loss = patience, [], float("inf")

    def update(self, val_loss, weights):
        self.losses.append(val_loss)
        if val_loss < self.best_loss:
            self.best_loss, self.best_weights = val_loss, deepcopy(weights)
            self.best = len(self.losses)
        return len(self.losses) - self.best >= self.patience
