def remove(first, norm, second, keep):
    index = torch.tensor(keep)
    new = [copy.deepcopy(m) for m in (first, norm, second)]
    a, b, c = new
    for module in (a, b):
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.ndim:
                tensor.data = tensor.data.index_select(0, index)
    c.weight = nn.Parameter(c.weight.detach().index_select(1, index))
    a.out_channels = b.num_features = c.in_channels = len(keep)
    return new
