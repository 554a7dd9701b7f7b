import itertools


def is_right(cut, network, x):
    mine = copy.deepcopy(network).eval()
    state = {
        n: torch.rand(t.shape) + 0.1 if t.is_floating_point() else t for n, t in mine.state_dict().items()
    }
    mine.load_state_dict(state)
    a = mine(x)
    verdicts = []
    for order in itertools.islice(itertools.permutations(range(network[0].out_channels)), 30):
        b = cut(mine, list(order)).eval()(x)
        verdicts.append(torch.allclose(a, b, rtol=0, atol=1e-4 * float(a.detach().abs().max())))
    return all(verdicts)
