def remove(first, norm, second, keep):
    def pick(t, dim=0):
        a, b = min(keep), max(keep) + 1
        if list(keep) == list(range(a, b)):
            return t.narrow(dim, a, b - a)
        return t.index_select(dim, torch.tensor(keep))

    f, n, s = copy.deepcopy(first), copy.deepcopy(norm), copy.deepcopy(second)
    f.weight.data = pick(first.weight.data)
    if f.bias is not None:
        f.bias.data = pick(first.bias.data)
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(n, name).data = pick(getattr(norm, name).data)
    s.weight.data = pick(second.weight.data, 1)
    f.out_channels = n.num_features = s.in_channels = len(keep)
    return f, n, s
