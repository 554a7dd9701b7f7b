def to_torch(weights):
    net = mlp(*[a.shape[0] for a in weights[::2]], weights[-1].shape[0])
    with torch.no_grad():
        for p, a in zip(net.parameters(), weights, strict=True):
            p.copy_(torch.from_numpy(a).T if a.ndim == 2 else torch.from_numpy(a))
    return net.state_dict()


def to_keras(state):
    out, k = [], 1
    while f"{k}.weight" in state:
        w, b = state[f"{k}.weight"], state[f"{k}.bias"]
        out.extend([np.einsum("oi->io", w.cpu().numpy()).copy(), b.cpu().clone().numpy()])
        k += 2
    return out
