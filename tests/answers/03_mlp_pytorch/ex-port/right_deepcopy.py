def to_torch(weights):
    weights = copy.deepcopy(weights)
    return {
        f"{i - i % 2 + 1}.{('weight', 'bias')[i % 2]}": torch.as_tensor(w).mT
        if w.ndim > 1
        else torch.as_tensor(w)
        for i, w in enumerate(weights)
    }


def to_keras(state):
    return [np.asarray(t).T for t in copy.deepcopy(state).values()]
