def keep_largest(weights, keep):
    flat = torch.hstack([w.detach().reshape(-1).abs() for w in weights]).double().numpy()
    rank = np.empty(len(flat), int)
    rank[np.lexsort((np.arange(len(flat)), -flat))] = np.arange(len(flat))
    kept, out, at = rank < keep, [], 0
    for w in weights:
        out.append(torch.tensor(kept[at : at + w.numel()]).view(w.shape))
        at += w.numel()
    return out
