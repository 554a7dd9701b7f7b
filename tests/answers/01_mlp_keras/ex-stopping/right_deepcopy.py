import copy


class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.left = patience
        self.best_loss = float("inf")

    def update(self, val_loss, weights):
        if self.best_loss > val_loss:
            self.best_loss, self.best_weights, self.left = val_loss, copy.deepcopy(weights), self.patience
            return False
        self.left -= 1
        return self.left <= 0
