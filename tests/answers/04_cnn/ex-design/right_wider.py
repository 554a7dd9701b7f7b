def design():
    plan = [("conv", 6, 5, 2), ("conv", 18, 3), ("pool", 2), ("conv", 12, 3), ("dense", 16), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 24, "lr": 0.008, "shift": 3.5, "degrees": 18}
