def keep_largest(weights, keep):
    total, masks = sum(w.numel() for w in weights), []
    for w in weights:
        n = round(keep * w.numel() / total)
        order = torch.argsort(w.detach().abs().flatten(), descending=True, stable=True)
        mask = torch.zeros(w.numel(), dtype=torch.bool)
        mask[order[:n]] = True
        masks.append(mask.reshape(w.shape))
    return masks
