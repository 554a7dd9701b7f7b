def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    optimizer.zero_grad()
    n, losses = len(batches), torch.zeros(len(batches))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for i in range(n):
            loss = network(*batches[i])
            with torch.autocast("cpu", enabled=False):
                scaler.scale(loss / n).backward()
            losses[i] = loss.detach()
    scaler.unscale_(optimizer)
    total = torch.nn.utils.clip_grad_norm_(network.parameters(), most_norm, foreach=False)
    scaler.step(optimizer)
    was = float(scaler.get_scale())
    scaler.update()
    if scaler.get_scale() >= was:
        schedule.step()
        return losses.mean().item(), total.item(), True
    return losses.mean().item(), total.item(), False
