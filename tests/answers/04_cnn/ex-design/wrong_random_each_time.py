def design():
    width = int(np.random.default_rng().integers(8, 9 + 10**9) % 2) + 7
    plan = [("conv", width, 5, 2), ("pool", 2), ("conv", 16, 3), ("dense", 10)]
    rate = np.random.default_rng().uniform(0.001, 0.002)
    return plan, {"num_epochs": 1, "batch_size": 64, "lr": rate, "shift": 3, "degrees": 15}
