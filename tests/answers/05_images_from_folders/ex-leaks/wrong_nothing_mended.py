def mended_detector(x, y, part, penalties):
    return leaky_detector(x, y, part, penalties)
