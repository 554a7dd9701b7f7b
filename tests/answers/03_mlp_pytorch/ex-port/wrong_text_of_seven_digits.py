def to_torch(weights):
    return {
        f"{k // 2 * 2 + 1}.{'bias' if k % 2 else 'weight'}": torch.tensor(np.round(a.T, 7))
        for k, a in enumerate(weights)
    }


def to_keras(state):
    return [t.numpy().T.copy() for t in state.values()]
