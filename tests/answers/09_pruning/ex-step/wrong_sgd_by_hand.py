def masked_step(optimizer, masks):
    revived = 0
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            p.masked_fill_(~mask, 0)
    return revived
