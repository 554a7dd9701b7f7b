def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    for p, mask in masks.items():
        revived += int((p.detach()[~mask] != 0).sum())
        p.data = p.data.masked_fill(~mask, 0)
        for it in optimizer.state[p].values():
            if isinstance(it, torch.Tensor) and it.shape == p.shape:
                it = it.masked_fill(~mask, 0)
    return revived
