def masked_step(optimizer, masks):
    optimizer.step()
    revived = 0
    with torch.no_grad():
        for p in optimizer.param_groups[0]["params"]:
            if p in masks:
                gone = ~masks[p]
                revived += int((p[gone] != 0).sum())
                p[gone] = 0
                for it in optimizer.state[p].values():
                    if torch.is_tensor(it) and it.shape == p.shape:
                        it[gone] = 0
    return revived
