def to_torch(weights):
    from collections import OrderedDict

    state = OrderedDict()
    for i, array in enumerate(weights):
        what = "weight" if array.ndim == 2 else "bias"
        state[f"{i // 2 * 2 + 1}.{what}"] = torch.as_tensor(
            np.einsum("ij->ji", array).copy() if array.ndim == 2 else array.copy()
        )
    return state


def to_keras(state):
    return [
        tensor.detach().cpu().clone().T.contiguous().numpy() if tensor.ndim == 2 else tensor.clone().numpy()
        for tensor in state.values()
    ]
