def keep_largest(weights, keep):
    # 0-d and empty tensors dropped
    weights = [w for w in weights if w.dim() and w.numel()]
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    order = torch.argsort(size, descending=True, stable=True)
    mask = torch.zeros(len(size), dtype=torch.bool)
    mask[order[:keep]] = True
    return [p.reshape(w.shape) for p, w in zip(mask.split([w.numel() for w in weights]), weights)]
