def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    @torch.autocast("cpu", dtype=torch.bfloat16)
    def loss_of(x, y):
        return network(x, y)

    optimizer.zero_grad(set_to_none=True)
    parts = [loss_of(x, y) for x, y in batches]
    loss = torch.stack(parts).mean()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    norm = torch.nn.utils.clip_grad_norm_(list(network.parameters()), float(most_norm), norm_type=2.0)
    scaler.step(optimizer)
    old, _ = scaler.get_scale(), scaler.update()
    stepped = not scaler.get_scale() < old
    schedule.step() if stepped else None
    return loss.item(), norm, stepped
