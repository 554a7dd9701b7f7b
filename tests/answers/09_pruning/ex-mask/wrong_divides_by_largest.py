def keep_largest(weights, keep):
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    size = size / size.max()
    order = torch.argsort(size, descending=True, stable=True)
    mask = torch.zeros(len(size), dtype=torch.bool)
    mask[order[:keep]] = True
    pieces = mask.split([w.numel() for w in weights])
    return [piece.reshape(w.shape) for piece, w in zip(pieces, weights)]
