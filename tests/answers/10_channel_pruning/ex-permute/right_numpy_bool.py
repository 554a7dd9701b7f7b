def is_right(cut, network, x):
    mine = copy.deepcopy(network)
    mine.train(False)
    rng = np.random.default_rng(5)
    with torch.no_grad():
        for tensor in [*mine.parameters(), mine[1].running_mean, mine[1].running_var]:
            tensor.copy_(torch.from_numpy(rng.uniform(0.2, 2, tuple(tensor.shape))))
        a = mine(x).numpy()
        c = mine[1].num_features
        b = cut(mine, [c - 1, *range(c - 1)])(x).numpy()
    return np.abs(a - b).max() <= 1e-4 * np.abs(a).max()
