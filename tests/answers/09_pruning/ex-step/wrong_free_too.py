def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            for it in [p, *optimizer.state[p].values()]:
                if isinstance(it, torch.Tensor) and it.shape == p.shape:
                    it.masked_fill_(~mask, 0)
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p not in masks:
                p.data.masked_fill_(p.abs() < 0.1, 0)
    return revived
