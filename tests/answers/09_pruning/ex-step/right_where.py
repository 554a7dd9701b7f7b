def masked_step(optimizer, masks):
    optimizer.step()
    counts = [torch.count_nonzero(p.detach()[torch.logical_not(m)]).item() for p, m in masks.items()]
    for p, m in masks.items():
        p.data = torch.where(m, p.data, torch.zeros(()))
        state = optimizer.state[p]
        for name, value in list(state.items()):
            if torch.is_tensor(value) and value.size() == p.size():
                state[name] = torch.where(m, value, torch.zeros_like(value))
    return sum(counts)
