def to_torch(weights):
    names = (f"{n}.{s}" for n in range(1, 10**6, 2) for s in ("weight", "bias"))
    return dict(
        zip(names, (torch.tensor(a.T.tolist(), dtype=torch.float32).reshape(a.T.shape) for a in weights))
    )


def to_keras(state):
    return [np.array(t.tolist(), dtype=np.float32).reshape(tuple(t.shape)).T for t in state.values()]
