def bit_plan():
    with torch.no_grad():
        for layer in (cnn[0], cnn[3], cnn[-1]):
            layer.weight.clamp_(-2.5 * layer.weight.std().item(), 2.5 * layer.weight.std().item()) if hasattr(
                layer, "weight"
            ) else 0
    return {"conv1": (3, "tensor"), "conv2": (2, "tensor"), "dense": (3, "tensor")}
