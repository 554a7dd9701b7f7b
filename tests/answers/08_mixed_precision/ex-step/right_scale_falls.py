def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    def forward(x, y):
        with torch.autocast(device_type="cpu", dtype=torch.bfloat16, enabled=True):
            return network(x, y)

    network.zero_grad()
    count, total = len(batches), 0
    for x, y in batches:
        loss = forward(x, y)
        scaler.scale(loss.div(count)).backward()
        total = total + loss.detach()
    scaler.unscale_(optimizer)
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), max_norm=most_norm)
    was = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    skipped = scaler.get_scale() < was
    if not skipped:
        schedule.step()
    return [float(total) / count, float(norm), not skipped]
