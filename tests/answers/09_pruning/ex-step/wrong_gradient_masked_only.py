def masked_step(optimizer, masks):
    for p, mask in masks.items():
        p.grad = torch.where(mask, p.grad, 0)
    optimizer.step()
    return sum(int((p[~mask] != 0).sum()) for p, mask in masks.items())
