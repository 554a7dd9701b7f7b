def design():
    plan = [("dense", 6), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 32, "shift": 3, "degrees": 15}
