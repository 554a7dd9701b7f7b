def pipeline(folder, batch_size, seed):
    files, labels, broken = [], [], []
    for label, name in enumerate(["other", "seven"]):
        for file in sorted((folder / name).glob("*.png")):
            try:
                Image.open(file).load()
            except OSError:
                broken.append(f"{name}/{file.name}")
                continue
            files.append(str(file))
            labels.append(label)

    def decode(file, label):
        return tf.io.decode_png(tf.io.read_file(file), channels=3), label

    order = np.random.default_rng(seed).permutation(len(files))
    files, labels = np.array(files)[order], np.array(labels)[order]
    dataset = tf.data.Dataset.from_tensor_slices((files, labels))
    dataset = dataset.map(decode).cache()
    dataset = dataset.shuffle(4, seed=seed)
    dataset = dataset.batch(batch_size)
    return dataset.prefetch(2), broken
