def keep_largest(weights, keep):
    masks = []
    for w in weights:
        order = torch.argsort(w.detach().abs().flatten(), descending=True, stable=True)
        mask = torch.zeros(w.numel(), dtype=torch.bool)
        mask[order[:keep]] = True
        masks.append(mask.reshape(w.shape))
    return masks
