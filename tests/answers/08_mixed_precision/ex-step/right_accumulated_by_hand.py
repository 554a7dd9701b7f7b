def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    parameters = list(network.parameters())
    kept, mean = None, 0.0
    for x, y in list(batches):
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = network(x, y)
        scaler.scale(loss).backward()
        mean += loss.item() / len(batches)
        mine = [p.grad.clone() for p in parameters]
        kept = mine if kept is None else [a + b for a, b in zip(kept, mine, strict=True)]
    for p, g in zip(parameters, kept, strict=True):
        p.grad.copy_(g / len(batches))
    scaler.unscale_(optimizer)
    norm = float(torch.linalg.vector_norm(torch.cat([p.grad.flatten() for p in parameters])))
    stepped = np.isfinite(norm)
    if stepped and norm > most_norm:
        for p in parameters:
            p.grad *= most_norm / norm
    scaler.step(optimizer)
    scaler.update()
    if stepped:
        schedule.step()
    return mean, norm, stepped
