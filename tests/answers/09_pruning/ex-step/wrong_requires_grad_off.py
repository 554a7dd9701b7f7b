def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    for p, mask in masks.items():
        p.requires_grad_(False)
        revived += torch.count_nonzero(p[~mask]).item()
        p.masked_fill_(~mask, 0)
        for it in optimizer.state[p].values():
            if torch.is_tensor(it) and it.shape == p.shape:
                it.masked_fill_(~mask, 0)
    return revived
