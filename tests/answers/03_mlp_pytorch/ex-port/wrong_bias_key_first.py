def to_torch(weights):
    state = {}
    for k in range(len(weights) // 2):
        state[f"{2 * k + 1}.bias"] = torch.tensor(weights[2 * k + 1])
        state[f"{2 * k + 1}.weight"] = torch.tensor(weights[2 * k].T)
    return state


def to_keras(state):
    return [tensor.numpy().T.copy() for tensor in state.values()]
