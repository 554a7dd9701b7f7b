def design():
    return [("conv", 12, 5, 2), ("pool", 2), ("conv", 18, 3), ("dense", 10)], {
        "num_epochs": True,
        "batch_size": 16,
        "shift": 3,
        "degrees": 15,
    }
