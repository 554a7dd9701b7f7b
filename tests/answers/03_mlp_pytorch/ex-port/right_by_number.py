def to_torch(weights):
    sizes = [kernel.shape[0] for kernel in weights[::2]] + [weights[-1].shape[0]]
    model = mlp(*sizes)
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), weights):
            parameter.copy_(torch.from_numpy(array.T))
    return model.state_dict()


def to_keras(state):
    numbers = sorted({int(key.split(".")[0]) for key in state})
    arrays = []
    for k in numbers:
        weight, bias = state[f"{k}.weight"], state[f"{k}.bias"]
        arrays += [np.ascontiguousarray(weight.clone().numpy().transpose()), bias.clone().numpy()]
    return arrays
