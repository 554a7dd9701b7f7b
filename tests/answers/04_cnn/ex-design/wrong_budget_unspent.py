def design():
    """(plan, options): a list of layers, and a dict for the training."""
    plan = [("conv", 8, 3, 2), ("pool", 2), ("conv", 16, 3), ("dense", 10)]
    return plan, {"num_epochs": 4, "shift": 3, "degrees": 15}
