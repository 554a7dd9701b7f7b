@torch.no_grad()
def masked_step(optimizer, masks):
    with torch.enable_grad():
        optimizer.step()
    revived = 0
    for p in masks:
        off = masks[p] == 0
        revived += sum(it != 0 for it in p[off].tolist())
        p[off] = 0
        for value in optimizer.state.get(p, {}).values():
            if hasattr(value, "shape") and value.shape == p.shape:
                value[off] = 0.0
    return revived
