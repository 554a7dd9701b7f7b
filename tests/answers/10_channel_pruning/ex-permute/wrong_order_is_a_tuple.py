def is_right(cut, network, x):
    """True if the outputs stay the same with all channels in another order."""
    mine = copy.deepcopy(network).eval()
    with torch.no_grad():
        for tensor in mine.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) + 0.5)
        c = mine[0].out_channels
        a, b = mine(x), cut(mine, (*range(1, c), 0))(x)
    return bool((a - b).abs().max() <= 1e-4 * a.abs().max())
