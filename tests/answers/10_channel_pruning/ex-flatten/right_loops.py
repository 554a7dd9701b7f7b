def cut_linear(linear, keep, values):
    c = len(values)
    places = linear.in_features // c
    bias = torch.zeros(linear.out_features) if linear.bias is None else linear.bias.detach().clone()
    for i in range(c):
        if i not in keep:
            for j in range(places):
                bias += values[i] * linear.weight.detach()[:, i * places + j]
    columns = [k * places + j for k in keep for j in range(places)]
    new = nn.Linear(len(columns), linear.out_features)
    new.load_state_dict({"weight": linear.weight.detach()[:, columns], "bias": bias})
    return new
