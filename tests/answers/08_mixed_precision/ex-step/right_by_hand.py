def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    for p in network.parameters():
        p.grad = None
    losses = []
    for batch in batches:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses.append(network(*batch))
    mean = sum(losses) / len(losses)
    scaler.scale(mean).backward()
    scaler.unscale_(optimizer)
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    norm = sum(float((g.double() ** 2).sum()) for g in gradients) ** 0.5
    finite = all(bool(g.isfinite().all()) for g in gradients)
    if norm > most_norm and finite:
        for g in gradients:
            g *= most_norm / norm
    scaler.step(optimizer)
    scaler.update()
    if finite:
        schedule.step()
    return mean.detach(), norm, finite
