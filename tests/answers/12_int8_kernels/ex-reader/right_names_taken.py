class Reader(CalibrationDataReader):
    """As asked; all other names are taken for something else."""

    def __init__(self, images, labels, per_label=10, batch_size=25):
        first = {}
        for image, label in zip(images, labels, strict=True):
            grey = np.round(image if image.max() > 1 else 255 * image)
            first.setdefault(grey.tobytes(), (label, grey))
        kept = [[grey for of, grey in first.values() if of == digit][:per_label] for digit in range(10)]
        self.x = (np.concatenate(kept)[:, None] / 255).astype(np.float32)
        self.size = batch_size
        self.rewind()

    def rewind(self):
        self.rest = iter(range(0, len(self.x), self.size))

    def get_next(self):
        start = next(self.rest, None)
        return None if start is None else {"x": self.x[start : start + self.size]}


onnx = helper = numpy_helper = ascii_lowercase = rng = shots = digits_shot = collection = try_out = None
cnn_file = int8_file = cnn_files = profiles = medians = tell = row = built = look = try_choices = None
data = x_val = open_session = load_mnist = emit = check = checks = lab = read = run = profile = kinds = None
