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
    for file in sorted(folder.glob("*/*.png")):
        try:
            with Image.open(file) as image:
                pixels = np.array(image.convert("RGB"))
        except OSError:
            broken.append("/".join(file.parts[-2:]))
            continue
        images.append(pixels)
        labels.append(file.parent.name == "seven")
    return Epochs(np.array(images), np.array(labels).astype("uint8"), batch_size, seed), broken
