def to_torch(weights):
    buffer = torch.tensor(np.concatenate([a.T.ravel() for a in weights]))
    state, at = {}, 0
    for k, a in enumerate(weights):
        state[f"{k // 2 * 2 + 1}.{'bias' if k % 2 else 'weight'}"] = buffer[at : at + a.size].reshape(
            a.shape[::-1]
        )
        at += a.size - (k % 2)
    return state


def to_keras(state):
    return [t.numpy().T.copy() for t in state.values()]
