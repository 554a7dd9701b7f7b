def design():
    plan = [("conv", 13, 5, 2), ("pool", 2), ("conv", 16, 3), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 20, "lr": 0.011, "shift": 3.2, "degrees": 16}
