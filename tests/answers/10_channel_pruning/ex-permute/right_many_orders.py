def is_right(cut, network, x):
    mine = copy.deepcopy(network).eval()
    for name, tensor in mine.state_dict().items():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5) if "var" in name else tensor.normal_()
    c = network[0].out_channels
    for trial in range(20):
        order = np.random.default_rng(trial).permutation(c).tolist()
        with torch.inference_mode():
            a = mine(x)
            b = cut(copy.deepcopy(mine), order)(x)
        if not (a - b).abs().max() <= 1e-4 * a.abs().max():
            return False
    return True
