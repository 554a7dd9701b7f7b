def cut_linear(linear, keep, values):
    w = linear.weight.detach().reshape(linear.out_features, len(values), -1)
    stays = torch.isin(torch.arange(len(values)), torch.tensor(keep))
    held = torch.where(stays, torch.zeros(()), values)
    new = nn.Linear(len(keep) * w.shape[-1], linear.out_features)
    new.weight.data = w[:, torch.tensor(keep)].reshape(linear.out_features, -1).clone()
    new.bias.data = torch.einsum("kcp,c->k", w, held)
    if linear.bias is not None:
        new.bias.data = new.bias.data + linear.bias.detach()
    return new
