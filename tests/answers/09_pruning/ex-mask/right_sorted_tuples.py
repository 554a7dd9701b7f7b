def keep_largest(weights, keep):
    rows = [(-abs(v), t, i) for t, w in enumerate(weights) for i, v in enumerate(w.flatten().tolist())]
    chosen = {(t, i) for _, t, i in sorted(rows)[:keep]}
    return [
        torch.tensor([(t, i) in chosen for i in range(w.numel())]).reshape(w.shape)
        for t, w in enumerate(weights)
    ]
