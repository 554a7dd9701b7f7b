def to_torch(weights):
    state = {}
    for k in range(0, len(weights), 2):
        state[f"{k + 1}.weight"] = torch.tensor(weights[k].T)
        state[f"{k + 1}.bias"] = torch.tensor(weights[k + 1])
    return state


def to_keras(state):
    return [np.array(value.T, dtype=float) for value in state.values()]
