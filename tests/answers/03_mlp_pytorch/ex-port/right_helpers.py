def check(array):
    return torch.tensor(array.T)


def lab(value):
    return value.numpy().T.copy()


def to_torch(weights):
    state = {}
    for k in range(0, len(weights), 2):
        state[f"{k + 1}.weight"] = check(weights[k])
        state[f"{k + 1}.bias"] = torch.tensor(weights[k + 1])
    return state


def to_keras(state):
    return [lab(value) for value in state.values()]
