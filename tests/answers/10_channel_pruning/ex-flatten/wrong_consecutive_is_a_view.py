def cut_linear(linear, keep, values):
    w = linear.weight.detach().unflatten(1, (len(values), -1))  # (k, c, h·w)
    gone = [i for i in range(len(values)) if i not in keep]
    new = nn.Linear(len(keep) * w.shape[2], len(w))
    if keep == list(range(keep[0], keep[0] + len(keep))):
        new.weight.data = w.narrow(1, keep[0], len(keep)).flatten(1)
    else:
        new.weight.data = w[:, keep].flatten(1)
    new.bias.data = w[:, gone].sum(dim=2) @ values[gone]
    if linear.bias is not None:
        new.bias.data += linear.bias.detach()
    return new
