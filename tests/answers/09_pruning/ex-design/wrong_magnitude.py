def design():
    network, (x, _) = start(), digits()
    layers, keep, rounds = [network[0], network[2]], [1_150, 300], 8
    for r in range(1, rounds + 1):
        masks = []
        with torch.no_grad():
            inputs = [x[:5_000], network[0](x[:5_000]).relu()]
            for layer, its, k in zip(layers, inputs, keep, strict=True):
                score = layer.weight.abs() * its.pow(2).mean(dim=0).sqrt().mean()
                n = int(k + (score.numel() - k) * (1 - r / rounds) ** 3)
                mask = torch.zeros(score.numel(), dtype=torch.bool)
                mask[score.flatten().argsort(descending=True)[:n]] = True
                masks.append(mask.reshape(score.shape))
        train(network, masks, 50, seed=r)
    return network
