class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.losses = []
        self.kept = []

    @property
    def best_loss(self):
        return np.nanmin(self.losses)

    @property
    def best_weights(self):
        return self.kept[int(np.nanargmin(self.losses))]

    def update(self, val_loss, weights):
        self.losses.append(val_loss)
        self.kept.append([w + 0 for w in weights])
        since = len(self.losses) - 1 - int(np.nanargmin(self.losses))
        return since >= self.patience
