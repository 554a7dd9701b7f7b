def keep_largest(weights, keep):
    sizes = [w.detach().abs() for w in weights]
    if keep == 0:
        return [torch.zeros_like(s, dtype=torch.bool) for s in sizes]
    limit = torch.cat([s.flatten() for s in sizes]).sort(descending=True).values[keep - 1]
    left = keep - sum(int((s > limit).sum()) for s in sizes)
    masks = []
    for s in sizes:
        mask = (s > limit).flatten()
        at = torch.nonzero((s == limit).flatten()).flatten()[:left]
        mask[at] = True
        left -= len(at)
        masks.append(mask.reshape(s.shape))
    return masks
