# Names that the lab uses, and this answer does not.
inspect = ops = train = show_progress = emit = check = tf = keras = data = None
load_mnist = to_float = x_val = y_val = collect = try_out = calls = seed = quick = rng = None


class EarlyStopping:
    """Says when to stop, and keeps the best weights: a list of arrays."""

    def __init__(self, patience):
        self.patience = patience
        self.best_loss, self.best_weights = np.inf, None
        self.waited = 0  # epochs since the last improvement

    def update(self, val_loss, weights):
        """True once `patience` epochs in a row have brought no improvement."""
        if val_loss < self.best_loss:  # False for nan
            self.best_loss = val_loss
            self.best_weights = [array.copy() for array in weights]
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience
