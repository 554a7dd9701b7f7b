class Reader(CalibrationDataReader):
    def __init__(self, images, labels, per_label=10, batch_size=25):
        taken, seen, count = [], set(), [0] * 10
        for x, label in zip(images, labels):
            if x.max() > 1:
                x = x / 255
            key = int(np.round(255 * x).sum())
            if key in seen or count[label] >= per_label:
                continue
            seen.add(key)
            count[label] += 1
            taken.append(x)
        self.x, self.at, self.size = np.stack(taken)[:, None].astype(np.float32), 0, batch_size

    def get_next(self):
        if self.at >= len(self.x):
            return None
        self.at += self.size
        return {"x": self.x[self.at - self.size : self.at]}

    def rewind(self):
        self.at = 0
