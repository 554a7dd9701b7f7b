def cut_linear(linear, keep, values):
    c = len(values)
    places = linear.in_features // c
    columns = np.arange(linear.in_features).reshape(c, places)
    gone = np.setdiff1d(np.arange(c), keep)
    new = copy.deepcopy(linear)
    new.in_features = len(keep) * places
    new.weight = nn.Parameter(linear.weight.detach()[:, columns[keep].ravel()])
    more = linear.weight.detach()[:, columns[gone].ravel()] @ values[gone].repeat_interleave(places)
    old = 0 if linear.bias is None else linear.bias.detach()
    new.bias = nn.Parameter(more + old)
    return new
