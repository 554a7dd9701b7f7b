from contextlib import ExitStack


def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    weights = [p for p in network.parameters() if p.requires_grad]
    sums = [torch.zeros_like(p) for p in weights]
    losses = []
    for batch in batches:
        with ExitStack() as stack:
            stack.enter_context(torch.autocast("cpu", torch.bfloat16))
            one = network(batch[0], batch[1])
        losses.append(float(one.detach()))
        for total, g in zip(sums, torch.autograd.grad(scaler.scale(one), weights), strict=True):
            total.add_(g, alpha=1 / len(batches))
    for p, g in zip(weights, sums, strict=True):
        p.grad = g
    scaler.unscale_(optimizer)
    norm = torch.stack([p.grad.square().sum() for p in weights]).sum().sqrt()
    if torch.isfinite(norm):
        factor = torch.clamp(most_norm / norm, max=1.0)
        for p in weights:
            p.grad.mul_(factor)
    scaler.step(optimizer)
    before = scaler.get_scale()
    scaler.update()
    if scaler.get_scale() < before:
        return sum(losses) / len(losses), float(norm), False
    schedule.step()
    return sum(losses) / len(losses), float(norm), True
