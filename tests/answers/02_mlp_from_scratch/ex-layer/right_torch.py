import torch


def layer_backward(dh, x, w, b):
    X, W, B = (torch.tensor(np.array(a), requires_grad=True) for a in (x, w, b))
    torch.relu(X @ W + B).backward(torch.tensor(np.array(dh)))
    return X.grad.numpy(), W.grad.numpy(), B.grad.numpy()
