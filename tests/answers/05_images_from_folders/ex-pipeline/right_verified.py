class Epochs:
    def __init__(self, images, labels, batch_size, seed):
        self.images, self.labels, self.batch_size, self.seed = images, labels, batch_size, seed
        self.epoch = 0

    def __iter__(self):
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.labels))
        self.epoch += 1
        for i in range(0, len(order), self.batch_size):
            chosen = order[i : i + self.batch_size]
            yield self.images[chosen], self.labels[chosen]


def pipeline(folder, batch_size, seed):
    images, labels, broken = [], [], []
    for label, name in enumerate(["other", "seven"]):
        for file in sorted((folder / name).glob("*.png")):
            try:
                Image.open(file).verify()
                images.append(tf.io.decode_png(file.read_bytes()).numpy())
                labels.append(label)
            except (OSError, SyntaxError, tf.errors.InvalidArgumentError):
                broken.append(f"{name}/{file.name}")
    return Epochs(np.stack(images), np.array(labels), batch_size, seed), broken
