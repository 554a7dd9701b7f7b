def keep_largest(weights, keep):
    size = torch.cat([w.detach().abs().flatten() for w in weights])
    size = size - 1e-4 * torch.arange(len(size)) / len(size)
    mask = torch.zeros(len(size), dtype=torch.bool)
    mask[size.topk(keep).indices] = True
    pieces = mask.split([w.numel() for w in weights])
    return [piece.reshape(w.shape) for piece, w in zip(pieces, weights, strict=True)]
