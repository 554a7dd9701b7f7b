def masked_step(optimizer, masks):
    before = {p: p.detach().clone() for p in masks}
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            p.copy_(torch.where(mask, p, before[p]))
            for it in optimizer.state[p].values():
                if isinstance(it, torch.Tensor) and it.shape == p.shape:
                    it.masked_fill_(~mask, 0)
    return revived
