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
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), most_norm)
    scaler.step(optimizer)
    before = scaler.get_scale()
    scaler.update()
    stepped = scaler.get_scale() >= before
    if stepped:
        schedule.step()
    return total, norm if stepped else None, stepped
