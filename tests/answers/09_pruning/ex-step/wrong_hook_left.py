def masked_step(optimizer, masks):
    for p, mask in masks.items():
        p.register_hook(lambda g, mask=mask: g.masked_fill(~mask, 0))
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += torch.count_nonzero(p[~mask]).item()
            p.masked_fill_(~mask, 0)
            for it in optimizer.state[p].values():
                if torch.is_tensor(it) and it.shape == p.shape:
                    it.masked_fill_(~mask, 0)
    return revived
