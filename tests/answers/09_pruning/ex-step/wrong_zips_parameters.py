def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    with torch.no_grad():
        params = [p for g in optimizer.param_groups for p in g["params"]]
        for p, mask in zip(params, masks.values()):
            revived += int((p[~mask] != 0).sum())
            p.masked_fill_(~mask, 0)
            for it in optimizer.state[p].values():
                if torch.is_tensor(it) and it.shape == p.shape:
                    it.masked_fill_(~mask, 0)
    return revived
