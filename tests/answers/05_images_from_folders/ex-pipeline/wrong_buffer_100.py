def pipeline(folder, batch_size, seed):
    """(dataset, broken): epochs of (images, labels), and the names of broken files."""
    images, labels, broken = [], [], []
    for label, name in enumerate(["other", "seven"]):
        for path in sorted((folder / name).glob("*.png")):
            try:
                images.append(np.asarray(Image.open(path).convert("RGB")))
                labels.append(label)
            except OSError:
                broken.append(f"{name}/{path.name}")
    images, labels = np.stack(images), np.array(labels)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    dataset = dataset.shuffle(100, seed=seed).batch(batch_size).prefetch(2)
    return dataset, sorted(broken)
