def design():
    network = start()
    x = digits()[0][:10_000]
    with torch.no_grad():
        h = network[1](network[0](x))
        scores = [network[0].weight.abs() * x.square().mean(0).sqrt()]
        scores.append(network[2].weight.abs() * h.square().mean(0).sqrt())
    masks = []
    for score, k in zip(scores, (1_150, 280), strict=True):
        mask = torch.zeros_like(score, dtype=torch.bool)
        mask.view(-1)[score.flatten().topk(k).indices] = True
        masks.append(mask)
    train(network, masks, 2_500)
    return network
