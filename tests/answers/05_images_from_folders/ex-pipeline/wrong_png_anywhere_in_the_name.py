class Epochs:
    def __init__(self, images, labels, batch_size, seed):
        self.images, self.labels, self.batch_size = images, labels, batch_size
        self.rng = np.random.default_rng(seed)

    def __iter__(self):
        order = self.rng.permutation(len(self.labels))
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            yield self.images[chosen], self.labels[chosen]


def pipeline(folder, batch_size, seed):
    images, labels, broken = [], [], []
    for file in sorted(f for f in folder.glob("*/*") if ".png" in f.name):
        try:
            images.append(np.array(Image.open(file).convert("RGB")))
            labels.append(int(file.parent.name == "seven"))
        except (OSError, SyntaxError):
            broken.append(f"{file.parent.name}/{file.name}")
    return Epochs(np.array(images), np.array(labels), batch_size, seed), broken
