class EarlyStopping:
    best_loss, best_weights, waited = np.inf, None, 0

    def __init__(self, patience):
        EarlyStopping.patience = patience

    def update(self, val_loss, weights):
        cls = EarlyStopping
        if val_loss < cls.best_loss:
            cls.best_loss, cls.best_weights, cls.waited = val_loss, [w.copy() for w in weights], 0
        else:
            cls.waited += 1
        return cls.waited >= cls.patience
