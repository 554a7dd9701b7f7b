def to_torch(weights):
    kernels = weights[::2]
    model = mlp(len(kernels[0]), *[kernel.shape[1] for kernel in kernels])
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), weights):
            parameter.copy_(torch.from_numpy(array).T if array.ndim == 2 else torch.from_numpy(array))
    return model.state_dict()


def to_keras(state):
    return [np.array(value.T) for value in state.values()]
