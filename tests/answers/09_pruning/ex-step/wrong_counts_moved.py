def masked_step(optimizer, masks):
    before = {p: p.detach().clone() for p in masks}
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != before[p][~mask]).sum())
            for it in [p, *optimizer.state[p].values()]:
                if torch.is_tensor(it) and it.shape == p.shape:
                    it.masked_fill_(~mask, 0)
    return revived
