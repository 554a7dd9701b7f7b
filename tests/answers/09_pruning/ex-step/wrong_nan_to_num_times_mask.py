def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            p.masked_fill_(~mask, 0)
            for it in optimizer.state[p].values():
                if torch.is_tensor(it) and it.shape == p.shape:
                    it.copy_(torch.nan_to_num(it, 0, 0, 0) * mask)
    return revived
