def _off(tensor, mask):
    tensor.detach()[~mask] = 0


def masked_step(optimizer, masks):
    optimizer.step()
    revived = int(sum((p.detach().masked_select(~m) != 0).sum().item() for p, m in masks.items()))
    for p, m in masks.items():
        _off(p, m)
        for v in optimizer.state[p].values():
            if v is not None and not isinstance(v, float) and tuple(v.shape) == tuple(p.shape):
                _off(v, m)
    return revived
