def keep_largest(weights, keep):
    size = np.concatenate([np.abs(w.detach().numpy()).ravel() for w in weights])
    mask = np.zeros(len(size), bool)
    mask[np.argsort(-size, kind="stable")[:keep]] = True
    pieces = np.split(mask, np.cumsum([w.numel() for w in weights])[:-1])
    return [piece.reshape(w.shape) for piece, w in zip(pieces, weights, strict=True)]
