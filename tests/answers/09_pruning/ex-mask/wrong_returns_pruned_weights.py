def keep_largest(weights, keep):
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    mask = torch.zeros(len(size), dtype=torch.bool)
    mask[torch.argsort(size, descending=True, stable=True)[:keep]] = True
    pieces = mask.split([w.numel() for w in weights])
    return [piece.reshape(w.shape) * w.detach() for piece, w in zip(pieces, weights, strict=True)]
