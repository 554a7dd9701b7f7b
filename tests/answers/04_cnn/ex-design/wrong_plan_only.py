def design():
    return [("conv", 8, 5, 2), ("conv", 16, 3), ("pool", 2), ("conv", 16, 3), ("dense", 10)]
