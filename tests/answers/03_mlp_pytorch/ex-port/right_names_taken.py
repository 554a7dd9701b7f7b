# Names that the lab uses, and this answer does not.
copy = inspect = os = Path = np = F = nn = mlp = new_training = train_on = None
broken_loop = show_progress = emit = check = gc = tempfile = lab = Watched = numbered = linear = seed = None


def to_torch(weights):
    """Keras' [kernel (in, out), bias (out,), …] -> a state_dict of mlp(...)."""
    state = {}
    for k, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
        state[f"{2 * k + 1}.weight"] = torch.tensor(kernel.T)  # (out, in), a copy
        state[f"{2 * k + 1}.bias"] = torch.tensor(bias)
    return state


def to_keras(state):
    """A state_dict of mlp(...) -> Keras' [kernel (in, out), bias (out,), …]."""
    return [tensor.numpy().T.copy() for tensor in state.values()]
