def masked_step(optimizer, masks):
    kept = {p: None if p.grad is None else p.grad.clone() for p in masks}
    optimizer.step()
    total = 0
    for p, mask in masks.items():
        p.grad = kept[p]
        gone = p.detach().clone()
        gone[mask] = 0
        total += int(torch.ne(gone, 0).sum())
        targets = [p.data] + [v for v in optimizer.state[p].values() if getattr(v, "shape", None) == p.shape]
        for t in targets:
            t.copy_(t.where(mask, torch.tensor(0.0)))
    return total
