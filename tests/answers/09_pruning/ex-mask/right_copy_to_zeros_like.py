def keep_largest(weights, keep):
    masks = [torch.full(tuple(w.shape), False) for w in weights]
    order = torch.cat([w.detach().abs().ravel() for w in weights]).sort(descending=True, stable=True).indices
    ends = np.cumsum([w.numel() for w in weights])
    for place in order[:keep].tolist():
        t = int(np.searchsorted(ends, place, side="right"))
        masks[t].view(-1)[place - int(ends[t]) + weights[t].numel()] = True
    return masks
