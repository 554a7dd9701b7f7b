def to_torch(weights):
    state = {}
    for array in weights:
        if array.ndim == 2:
            name = f"{len(state) + 1}.weight"
            state[name] = torch.from_numpy(array).clone().T
        else:
            state[f"{len(state)}.bias"] = torch.from_numpy(array).clone()
    return state


def to_keras(state):
    return [v.T.clone().numpy() if v.dim() == 2 else v.clone().numpy() for _, v in state.items()]
