def _top(score, k):
    flat = torch.zeros(score.numel(), dtype=torch.bool)
    flat[torch.topk(score.flatten(), k).indices] = True
    return flat.reshape(score.shape)


def design():
    network, spread = start(), digits()[0].std(dim=0)
    for n1, n2, steps in ((20_000, 900, 200), (6_000, 600, 200), (2_500, 400, 200), (1_150, 300, 900)):
        masks = [
            _top(network[0].weight.detach().abs() * spread, n1),
            _top(network[2].weight.detach().abs(), n2),
        ]
        train(network, masks, steps)
    return network
