def masked_step(optimizer, masks):
    grads = {p: p.grad for p in masks}
    for p, mask in masks.items():
        if p.grad is not None:
            p.grad = p.grad.masked_fill(~mask, 0)
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p, mask in masks.items():
            revived += int((p[~mask] != 0).sum())
            for it in [p, *optimizer.state[p].values()]:
                if isinstance(it, torch.Tensor) and it.shape == p.shape:
                    it.masked_fill_(~mask, 0)
            p.grad = grads[p]
    return revived
