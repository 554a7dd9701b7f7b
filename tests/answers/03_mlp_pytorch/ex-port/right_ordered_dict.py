from collections import OrderedDict


def to_torch(weights):
    pairs = list(zip(*[iter(weights)] * 2))
    return OrderedDict(
        item
        for k, (kernel, bias) in enumerate(pairs, 0)
        for item in (
            (f"{1 + 2 * k}.weight", torch.tensor(kernel).t()),
            (f"{1 + 2 * k}.bias", torch.tensor(bias)),
        )
    )


def to_keras(state):
    return [np.array(np.transpose(t), order="C") for t in state.values()]
