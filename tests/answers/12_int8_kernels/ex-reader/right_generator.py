class Reader(CalibrationDataReader):
    def __init__(self, images, labels, per_label=10, batch_size=25):
        chosen = []
        for digit in range(10):
            own = images[labels == digit]
            own = np.array([x / 255 if x.max() > 1 else x for x in own], np.float32)
            grey = np.round(own * 255).reshape(len(own), -1)
            first = np.unique(grey, axis=0, return_index=True)[1]
            chosen.append(own[np.random.default_rng(digit).permutation(first)[:per_label]])
        self.images = np.stack(chosen, axis=1).reshape(-1, 1, 28, 28)
        self.size = batch_size
        self.batches = self.go()

    def go(self):
        for start in range(0, len(self.images), self.size):
            yield {"x": self.images[start : start + self.size]}

    def get_next(self):
        return next(self.batches, None)

    def rewind(self):
        self.batches = self.go()
