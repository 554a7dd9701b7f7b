def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            for it in [p, *optimizer.state[p].values()]:
                if (
                    isinstance(it, torch.Tensor)
                    and it.shape == p.shape
                    or isinstance(it, torch.Tensor)
                    and not it.ndim
                ):
                    it.masked_fill_(~mask if it.ndim else torch.tensor(True), 0)
    return revived
