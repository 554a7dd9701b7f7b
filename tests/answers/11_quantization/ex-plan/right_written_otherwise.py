BITS = np.array([7, 2, 3])


def bit_plan():
    grains = ["tensor", "channel", "channel"]
    return dict(zip(["conv1", "conv2", "dense"], map(list, zip(BITS, grains))))
