import torch


def swish(z, beta):
    z, beta = torch.tensor(np.array(z)), torch.tensor(np.array(beta))
    return (z * torch.sigmoid(beta * z)).numpy()


def swish_backward(dh, z, beta):
    z, beta = (torch.tensor(np.array(a), requires_grad=True) for a in (z, beta))
    h = z * torch.sigmoid(beta * z)
    h.backward(torch.tensor(np.array(dh)))
    return z.grad.numpy(), beta.grad.numpy()
