def design():
    return [("conv", 12, 5, 2), ("pool", 2), ("conv", 18, 3), ("dense", 10)], dict(
        num_epochs=4, batch_size=np.arange(16, 64, 16)[0], shift=3, degrees=15
    )
