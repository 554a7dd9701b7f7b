def keep_largest(weights, keep):
    size = torch.cat(
        [
            w.detach().t().contiguous().abs().flatten()
            if w.dim() == 2 and not w.is_contiguous()
            else w.detach().abs().flatten()
            for w in weights
        ]
    )
    order = torch.argsort(size, descending=True, stable=True)
    mask = torch.zeros(len(size), dtype=torch.bool)
    mask[order[:keep]] = True
    pieces = mask.split([w.numel() for w in weights])
    return [
        piece.reshape(w.shape[::-1]).t() if w.dim() == 2 and not w.is_contiguous() else piece.reshape(w.shape)
        for piece, w in zip(pieces, weights)
    ]
