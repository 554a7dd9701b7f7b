_state = {}


def to_torch(weights):
    for k, a in enumerate(weights):
        _state[f"{k // 2 * 2 + 1}.{'bias' if k % 2 else 'weight'}"] = torch.tensor(a.T)
    return _state


def to_keras(state):
    return [t.numpy().T.copy() for t in state.values()]
