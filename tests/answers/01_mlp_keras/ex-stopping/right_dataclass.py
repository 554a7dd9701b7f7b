from dataclasses import dataclass, field


@dataclass
class EarlyStopping:
    patience: int
    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = np.inf
    best_weights: list = field(default_factory=list)

    def update(self, val_loss, weights):
        self.epoch += 1
        if self.epoch == 1 or self.best_loss - val_loss > 0:
            self.best_epoch = self.epoch
            self.best_loss = val_loss
            self.best_weights = [*map(np.array, weights)]
        return bool(self.epoch - self.best_epoch >= self.patience)
