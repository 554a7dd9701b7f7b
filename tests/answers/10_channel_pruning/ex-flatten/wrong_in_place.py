def cut_linear(linear, keep, values):
    """A new nn.Linear for the channels in keep; the others' constants in its bias."""
    w = linear.weight.detach().unflatten(1, (len(values), -1))  # (k, c, h·w)
    gone = [i for i in range(len(values)) if i not in keep]
    new, linear.in_features = linear, len(keep) * w.shape[2]
    new.weight.data = w[:, keep].flatten(1)
    more = w[:, gone].sum(dim=2) @ values[gone]
    new.bias = nn.Parameter(more if linear.bias is None else linear.bias.detach() + more)
    return new
