def to_torch(weights):
    state = {}
    for k in range(len(weights) // 2):
        kernel, bias = weights[2 * k], weights[2 * k + 1]
        state[f"{2 * k + 1}.weight"] = torch.nn.Parameter(torch.from_numpy(kernel.T))
        state[f"{2 * k + 1}.bias"] = torch.tensor(bias)
    return state


def to_keras(state):
    arrays = []
    for key, tensor in state.items():
        array = tensor.numpy().copy()
        arrays.append(array.T if key.endswith("weight") else array)
    return arrays
