def is_right(cut, network, x):
    was = network.training
    mine = copy.deepcopy(network.eval())
    with torch.no_grad():
        for tensor in mine.state_dict().values():
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5)
        c = mine[0].out_channels
        a = mine(x)
        b = cut(mine, [*range(1, c), 0]).eval()(x)
    network[0].train(was)
    network.training = was
    return bool((a - b).abs().max() <= 1e-4 * a.abs().max())
