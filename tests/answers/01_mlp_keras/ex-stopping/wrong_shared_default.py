class EarlyStopping:
    def __init__(self, patience, state={"best": np.inf, "waited": 0}):  # noqa: B006
        self.patience, self.state, self.best_weights = patience, state, None

    @property
    def best_loss(self):
        return self.state["best"]

    def update(self, val_loss, weights):
        if val_loss < self.state["best"]:
            self.state["best"], self.state["waited"] = val_loss, 0
            self.best_weights = [w.copy() for w in weights]
        else:
            self.state["waited"] += 1
        return self.state["waited"] >= self.patience
