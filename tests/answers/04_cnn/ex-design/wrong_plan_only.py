def design():
    return [("conv", 12, 5, 2), ("pool", 2), ("conv", 18, 3), ("dense", 10)]
