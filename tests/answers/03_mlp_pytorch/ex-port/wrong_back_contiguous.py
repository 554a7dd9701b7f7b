def to_torch(weights):
    return {
        f"{k // 2 * 2 + 1}.{'bias' if k % 2 else 'weight'}": torch.tensor(a.T) for k, a in enumerate(weights)
    }


def to_keras(state):
    return [t.T.contiguous().numpy() if t.ndim == 2 else t.numpy().copy() for t in state.values()]
