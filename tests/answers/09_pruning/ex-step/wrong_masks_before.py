def masked_step(optimizer, masks):
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            p.masked_fill_(~mask, 0)
    optimizer.step()
    return revived
