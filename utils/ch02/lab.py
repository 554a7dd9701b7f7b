"""What lab 02 hands its answers: a network with a backward pass that has two bugs, and gradients with slips."""

from __future__ import annotations

import numpy as np

from utils.checks import fixed


def network_loss(params, x, y, penalty=0.1):
    """Mean cross-entropy of three layers, tanh in between, plus penalty / 2 times the squared weights."""
    h1 = np.tanh(x @ params["w1"] + params["b1"])
    h2 = np.tanh(h1 @ params["w2"] + params["b2"])
    z = h2 @ params["w3"] + params["b3"]
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    return losses.mean() + penalty / 2 * sum(np.sum(params[name] ** 2) for name in ("w1", "w2", "w3"))


def buggy_gradients(params, x, y, penalty=0.1):
    """The gradients of network_loss, with two bugs."""
    h1 = np.tanh(x @ params["w1"] + params["b1"])
    h2 = np.tanh(h1 @ params["w2"] + params["b2"])
    p = np.exp(h2 @ params["w3"] + params["b3"])
    delta3 = (p / p.sum(axis=1, keepdims=True) - np.eye(p.shape[1])[y]) / len(y)
    delta2 = delta3 @ params["w3"].T * (1 - h2**2)
    delta1 = delta2 @ params["w2"].T * (1 - h1**2)
    return {
        "w1": x.T @ delta1 + penalty * params["w1"],
        "b1": delta1.sum(axis=0),
        "w2": h1.T @ delta2,
        "b2": delta2.sum(axis=0),
        "w3": h2.T @ delta3 + penalty * params["w3"],
        "b3": delta3.mean(axis=0),
    }


def small_network(rng, sizes=(5, 4, 4, 3), n=7):
    """params, x (n, 5), y (n,) for the two functions above."""
    params = {}
    for k, (m, out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        params[f"w{k}"], params[f"b{k}"] = rng.normal(size=(m, out)), rng.normal(size=out)
    return params, rng.normal(size=(n, sizes[0])), rng.integers(0, sizes[-1], n)


def slips(rng, side=30):
    """Arrays, a loss of them, and a list of dicts of gradients, exact or with a slip."""
    arrays = {"w": rng.normal(size=(side, side)), "unused": np.ones(3)}
    arrays |= {"small": rng.uniform(0.5, 1.5, (2, 3)).T, "large": rng.normal(size=5)}
    arrays["falls"] = rng.uniform(0.5, 1.5, 4)
    arrays["w"][3, 4] = 0
    n = side**2
    largest = 2 * np.abs(arrays["w"]).max() / n

    def squares(p):
        return np.sum(p["large"] ** 2) - np.sum(p["falls"] ** 2)

    def loss(p):
        return np.sum(p["w"] ** 2) / n + 1e-5 * np.sum(p["small"] ** 2) + squares(p)

    def case(name=None, index=..., add=0.0, times=1.0, less=None):
        grads = {"w": 2 * arrays["w"] / n, "unused": np.zeros(3), "small": 2e-5 * arrays["small"]}
        grads |= {"large": 2 * arrays["large"], "falls": -2 * arrays["falls"]}
        if name:
            grads[name][index] = grads[name][index] * times + add
        if less:
            grads[name][less] -= add
        for grad in grads.values():
            grad.flags.writeable = False
        return dict(reversed(grads.items()))

    return (
        arrays,
        loss,
        [
            case(),
            case("w", times=1 + 8e-5),
            case("large", times=1 + 8e-5),
            case("w", (3, 4), 3e-5 * largest),
            case("w", times=-1),
            case("falls", times=0.5),
            case("small", times=2),
            case("small", times=1.001),
            case("small", times=0),
            case("w", (1, 1), 1e-2 * largest, less=(2, 2)),
            case("w", (5, 2), 3e-4 * largest),
            case("w", (side - 1, side - 1), -1e-2 * largest),
            case("w", times=1 + 13e-5),
            case("unused", 1, 1e-3),
            case("w", (0, 1), np.nan),
            case("w", (0, 1), -np.inf),
            case("w", (3, 4), np.nan),
            case("unused", 1, np.nan),
        ],
    )


fixed(__name__)
