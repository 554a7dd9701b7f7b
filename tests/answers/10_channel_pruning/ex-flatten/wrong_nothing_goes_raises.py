def cut_linear(linear, keep, values):
    c = len(values)
    gone = [i for i in range(c) if i not in keep]
    w = linear.weight.detach().unflatten(1, (c, -1))
    bias = (
        torch.zeros(linear.out_features, dtype=w.dtype)
        if linear.bias is None
        else linear.bias.detach().clone()
    )
    bias = bias + torch.stack([w[:, g].sum(dim=1) * values[g] for g in gone]).sum(dim=0)
    new = nn.Linear(len(keep) * w.shape[2], linear.out_features, dtype=w.dtype)
    new.weight.data = w[:, keep].flatten(1)
    new.bias.data = bias
    return new
