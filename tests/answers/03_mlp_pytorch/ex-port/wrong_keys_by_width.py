def to_torch(weights):
    state = mlp(*[w.shape[0] for w in weights[::2]], 10).state_dict()
    return {key: torch.tensor(a.T) for key, a in zip(state, weights)}


def to_keras(state):
    return [t.numpy().T.copy() for t in list(state.values())[:6]]
