def to_torch(weights):
    state = {}
    for k in range(len(weights) // 2):
        kernel, bias = weights[2 * k], weights[2 * k + 1]
        state[f"{2 * k + 1}.weight"] = torch.tensor(kernel.T)
        state[f"{2 * k + 1}.bias"] = torch.tensor(bias)
    return state


def to_keras(state):
    arrays = []
    for key in sorted(state, key=lambda key: (key.split(".")[0], key[-4:] == "bias")):
        tensor = state[key]
        array = tensor.numpy().copy()
        arrays.append(array.T if key.endswith("weight") else array)
    return arrays
