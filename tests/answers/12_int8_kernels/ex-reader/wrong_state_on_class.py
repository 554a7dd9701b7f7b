class Reader(CalibrationDataReader):
    def __init__(self, images, labels, per_label=10, batch_size=25):
        taken, seen, count = [], set(), [0] * 10
        for x, label in zip(images, labels):
            if x.max() > 1:
                x = x / 255
            key = np.round(255 * x).astype(np.uint8).tobytes()
            if key in seen or count[label] >= per_label:
                continue
            seen.add(key)
            count[label] += 1
            taken.append(x)
        Reader.x, Reader.at, Reader.size = np.stack(taken)[:, None].astype(np.float32), 0, batch_size

    def get_next(self):
        if self.at >= len(self.x):
            return None
        Reader.at += self.size
        return {"x": self.x[self.at - self.size : self.at]}

    def rewind(self):
        Reader.at = 0
