def design():
    plan = [("conv", 2, 5, 2), ("conv", 4, 3), ("pool", 2), ("conv", 4, 3), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 64, "shift": 3, "degrees": 15}
