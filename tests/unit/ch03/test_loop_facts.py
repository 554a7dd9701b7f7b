"""What lesson 03 says of PyTorch in passing, and doesn't claim since it is arithmetic or a library's rule."""

import torch
import torch.nn.functional as F
from torch import nn


def network():
    hidden = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU()]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(128, 10))


def test_parameters():
    assert sum(p.numel() for p in network().parameters()) == 235_146


def test_backward_adds():
    model, x, y = network(), torch.rand(8, 1, 28, 28), torch.arange(8)
    F.cross_entropy(model(x), y).backward()
    once = model[5].weight.grad.clone()
    F.cross_entropy(model(x), y).backward()
    assert torch.allclose(model[5].weight.grad, 2 * once)


def test_a_kept_loss_keeps_its_graph():
    loss = F.cross_entropy(network()(torch.rand(8, 1, 28, 28)), torch.arange(8))
    assert loss.grad_fn is not None and loss.detach().grad_fn is None


def test_state_dict_is_live():
    model = nn.Linear(2, 2)
    state = model.state_dict()
    with torch.no_grad():
        model.weight += 1
    assert torch.equal(state["weight"], model.weight)


def test_what_eval_and_inference_mode_do():
    model, x = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5)), torch.rand(64, 4)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x)) and model(x).requires_grad
    with torch.inference_mode():
        assert not model(x).requires_grad


def test_momentum_keeps_the_old_rate_in_keras_alone():
    """PyTorch: v = 0.9 v + g, w -= lr v. With the rate cut to 0, PyTorch stands still; Keras' rule would not."""
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=1.0, momentum=0.9)
    for lr, expected in ((1.0, -1.0), (0.0, -1.0), (1.0, -1.0 - 2.71)):
        optimizer.param_groups[0]["lr"] = lr
        w.grad = torch.ones(1)
        optimizer.step()
        assert torch.allclose(w, torch.tensor([expected]))
