def design():
    network = start()
    x, _ = digits()
    keep, rounds = [1_150, 300], 8
    for r in range(1, rounds + 1):
        with torch.no_grad():
            inputs = [x.pow(2).mean(0).sqrt(), network[1](network[0](x)).pow(2).mean(0).sqrt()]
        masks = []
        for layer, size, k in zip((network[0], network[2]), inputs, keep, strict=True):
            score = (layer.weight.detach().abs() * size).flatten()
            n = int(k + (len(score) - k) * (1 - r / rounds) ** 3)
            mask = torch.zeros(len(score), dtype=torch.bool)
            mask[score.argsort(descending=True)[:n]] = True
            masks.append(mask.reshape(layer.weight.shape))
        train(network, masks, 100)
    train(network, masks, 400)
    network.append(torch.nn.Softmax(1))
    return network
