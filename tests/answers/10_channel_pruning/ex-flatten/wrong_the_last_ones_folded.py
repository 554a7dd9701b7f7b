def cut_linear(linear, keep, values):
    w = linear.weight.detach().unflatten(1, (len(values), -1))  # (k, c, h·w)
    gone = list(range(len(keep), len(values)))
    new = nn.Linear(len(keep) * w.shape[2], len(w))
    new.weight.data = w[:, keep].flatten(1)
    new.bias.data = w[:, gone].sum(dim=2) @ values[gone]
    if linear.bias is not None:
        new.bias.data += linear.bias.detach()
    return new
