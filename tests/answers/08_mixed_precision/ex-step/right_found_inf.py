import numpy as np


def train_step(network, batches, optimizer, schedule, scaler, most_norm):
    weights = list(network.parameters())
    optimizer.zero_grad(set_to_none=False)
    autocast = torch.amp.autocast(device_type="cpu", dtype=torch.bfloat16)
    losses = []
    for x, y in batches:
        with autocast:
            loss = network(x, y)
        (scaler.scale(loss) / len(batches)).backward()
        losses.append(loss.item())
    scaler.unscale_(optimizer)
    norm = torch.nn.utils.get_total_norm([p.grad for p in weights])
    torch.nn.utils.clip_grads_with_norm_(weights, most_norm, norm)
    calls = []
    real = optimizer.step
    optimizer.step = lambda *a, **k: (calls.append(1), real(*a, **k))[1]
    scaler.step(optimizer)
    optimizer.step = real
    scaler.update()
    if calls:
        schedule.step()
    return np.mean(losses), norm, bool(calls)
