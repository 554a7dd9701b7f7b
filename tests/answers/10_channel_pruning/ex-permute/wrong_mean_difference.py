def is_right(cut, network, x):
    mine = copy.deepcopy(network).eval()
    with torch.no_grad():
        for tensor in mine.state_dict().values():
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5)
        c = mine[0].out_channels
        a = mine(x)
        b = cut(mine, [*range(1, c), 0]).eval()(x)
    return bool((a - b).abs().mean() <= 1e-4 * a.abs().max())
