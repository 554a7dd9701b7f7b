def to_torch(weights):
    names = [f"{2 * (i // 2) + 1}.{'bias' if i % 2 else 'weight'}" for i in range(len(weights))]
    return {name: torch.from_numpy(array).t().clone() for name, array in zip(names, weights)}


def to_keras(state):
    return [np.array(tensor.t().tolist(), dtype=np.float32) for tensor in state.values()]
