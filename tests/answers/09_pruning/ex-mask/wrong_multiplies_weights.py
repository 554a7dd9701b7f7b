def keep_largest(weights, keep):
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    mask = torch.zeros(len(size), dtype=torch.bool)
    mask[torch.argsort(size, descending=True, stable=True)[:keep]] = True
    masks = [
        m.reshape(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights, strict=True)
    ]
    for w, m in zip(weights, masks, strict=True):
        w.data.mul_(m)
    return masks
