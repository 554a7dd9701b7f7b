png = table = counted = cost = check = emit = data = sevens = tf = io = hashlib = None
small_folder = pictures_in = orders_of = follows = folders = None


def one_epoch(images, labels, order, size):
    for k in range(0, len(order), size):
        yield images[order[k : k + size]], labels[order[k : k + size]]


class Data:
    def __init__(self, images, labels, size, seed):
        self.given, self.size, self.rng = (images, labels), size, np.random.default_rng(seed)

    def __iter__(self):
        return one_epoch(*self.given, self.rng.permutation(len(self.given[0])), self.size)


def pipeline(folder, batch_size, seed):
    images, labels, broken = [], [], []
    for file in sorted(folder.glob("*/*.png")):
        try:
            images.append(np.asarray(Image.open(file).convert("RGB")))
        except OSError:
            broken.append(f"{file.parent.name}/{file.name}")
        else:
            labels.append(int(file.parent.name == "seven"))
    return Data(np.stack(images), np.array(labels), batch_size, seed), sorted(broken)
