def keep_largest(weights, keep):
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    if keep == 0:
        return [torch.zeros(w.shape, dtype=torch.bool) for w in weights]
    limit = size.sort(descending=True).values[keep - 1]
    return [w.detach().abs() > limit for w in weights]
