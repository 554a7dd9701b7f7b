def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    optimizer.zero_grad()
    total = 0.0
    for x, y in batches:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = network(x, y)
        loss = loss / len(batches)
        total += loss.item()
        scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    grads = [p.grad for p in network.parameters() if p.grad is not None]
    norm = sum((g**2).sum() for g in grads)
    if norm > most_norm:
        for g in grads:
            g.mul_(most_norm / norm)
    scaler.step(optimizer)
    before = scaler.get_scale()
    scaler.update()
    stepped = scaler.get_scale() >= before
    if stepped:
        schedule.step()
    return total, norm, stepped
