import random


class Pictures:
    """Decodes in the first epoch, and remembers."""

    def __init__(self, files, batch_size, seed):
        self.files, self.batch_size, self.random, self.kept = files, batch_size, random.Random(seed), {}

    def look(self, file):
        if file not in self.kept:
            self.kept[file] = np.asarray(Image.open(file).convert("RGB"))
        return self.kept[file]

    def __iter__(self):
        order = list(self.files)
        self.random.shuffle(order)
        while order:
            batch, order = order[: self.batch_size], order[self.batch_size :]
            images = tf.constant(np.stack([self.look(file) for file in batch]))
            yield images, tf.constant([int(file.parent.name == "seven") for file in batch])


def pipeline(folder, batch_size, seed):
    good, broken = [], []
    for file in sorted(folder.rglob("*.png")):
        try:
            tf.io.decode_png(file.read_bytes())
            good.append(file)
        except tf.errors.InvalidArgumentError:
            broken.append(str(file.relative_to(folder)))
    return Pictures(good, batch_size, seed), broken
