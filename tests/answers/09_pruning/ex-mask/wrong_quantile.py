def keep_largest(weights, keep):
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    limit = torch.quantile(size, 1 - keep / len(size))
    return [w.detach().abs() > limit for w in weights]
