WIDTHS = 12, 18


def design():
    first, second = WIDTHS
    layers = [["conv", first, 5, 2, 1], ["pool", 2], ["conv", np.int64(second), 3], ["dense", 10]]
    return tuple(map(tuple, layers)), dict(num_epochs=4, lr=0.01, batch_size=16, shift=3.0, degrees=15.0)
