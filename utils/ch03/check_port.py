"""Lab 03's check of weights carried there and back."""

from __future__ import annotations

import numpy as np
import torch

from utils.ch03 import lab
from utils.checks import check


@check("03-port")
def check_port(that, to_torch, to_keras):
    def there(sizes, rng):
        weights, h = [], rng.normal(size=(5, sizes[0])).astype(np.float32)
        x = torch.tensor(h)
        for m, n in zip(sizes, sizes[1:], strict=False):
            weights += [rng.normal(size=(m, n)).astype(np.float32), rng.normal(size=n).astype(np.float32)]
            h = (
                np.maximum(h, 0) @ weights[-2] + weights[-1]
                if len(weights) > 2
                else h @ weights[0] + weights[1]
            )
        given = [array.copy() for array in weights]
        state, of = to_torch(given), f"to_torch, layers {'-'.join(map(str, sizes))}"
        that(state is not None, f"{of}: it returns nothing: its last line should return the dict", 1)
        that(isinstance(state, dict), f"{of}: return a dict; you returned a {type(state).__name__}", 1)
        model = lab.mlp(*sizes)
        asked, got = list(model.state_dict()), list(state)
        more = ": they are left from the call before" if got[: len(asked)] == asked != got else ""
        more = ": one or more layers are missing" if got == asked[: len(got)] != asked else more
        that(asked == got, f"{of}: the keys should be {asked}; yours are {got}{more}", 3)
        for key, tensor in model.state_dict().items():
            that(torch.is_tensor(state[key]), f"{of}: {key} should be a tensor", 2)
            shape, right = tuple(state[key].shape), tuple(tensor.shape)
            that(shape == right, f"{of}: {key} should have shape {right}; yours has {shape}", 1)
            that(state[key].dtype == torch.float32, f"{of}: {key} is {state[key].dtype}, not float32", 2)
        for k, (key, array) in enumerate(zip(asked, weights, strict=True)):
            got, right = state[key].detach().numpy(), array.T
            if np.array_equal(got, right):
                continue
            others = [name for name, it in zip(asked, weights, strict=True) if np.array_equal(got, it.T)]
            usual = {
                "it is the kernel as it was: a square one is transposed, too": np.array_equal(got, array),
                f"it holds the numbers of {''.join(others[:1])}": bool(others),
                "the numbers are rounded": np.allclose(got, right, rtol=0.01, atol=0.01),
                "reshape keeps the order of the numbers: rows and columns have to change places": got.size
                and np.array_equal(got.ravel(), array.ravel()),
                "the same numbers in other places: it is a transpose, neither a rotation nor a reversal": (
                    np.array_equal(np.sort(got.ravel()), np.sort(array.ravel()))
                ),
            }
            words = next((f": {words}" for words, holds in usual.items() if holds), "")
            that(False, f"{of}: {key} has the right shape and other numbers than array {k}{words}", 1)
        model.load_state_dict(state)
        far = np.abs(model(x).detach().numpy() - h).max() / np.abs(h).max()
        that(far < 1e-4, f"{of}: all numbers fit, and yet it computes something else than Keras", 1)
        same = len(given) == len(weights) and all(map(np.array_equal, given, weights))
        that(same, f"{of}: it changes the arrays that it was given", 2)
        for array in given:
            array[...] = 99
        moved = ", ".join(key for key, tensor in state.items() if (tensor == 99).any())
        that(not moved, f"{of}: when Keras trains on, PyTorch's {moved} would change too: return copies", 2)

    def back(sizes):
        state = {key: tensor.clone() for key, tensor in lab.mlp(*sizes).state_dict().items()}
        right = [np.array(tensor.tolist(), np.float32).T for tensor in state.values()]
        given = dict(state)
        got, of = to_keras(given), f"to_keras, layers {'-'.join(map(str, sizes))}"
        that(got is not None, f"{of}: it returns nothing: its last line should return the list", 1)
        that(isinstance(got, list), f"{of}: return a list; you returned a {type(got).__name__}", 1)
        kinds = sorted({type(array).__name__ for array in got} - {"ndarray"})
        that(not kinds, f"{of}: the list should hold NumPy arrays; yours holds {' and '.join(kinds)}", 3)
        shapes, asked = [array.shape for array in got], [array.shape for array in right]
        same = sorted(map(str, shapes)) == sorted(map(str, asked))
        more = ": a kernel before its bias, and the keys in the order they have, not sorted" if same else ""
        straight = shapes == [tuple(tensor.shape) for tensor in state.values()]
        more = ": a kernel is (in, out), so transpose" if straight else more
        hint = 2 if same and not straight else 1
        that(shapes == asked, f"{of}: the shapes should be {asked}; yours are {shapes}{more}", hint)
        that(all(array.dtype == np.float32 for array in got), f"{of}: the arrays should be float32", 2)
        for k, (a, b) in enumerate(zip(got, right, strict=True)):
            usual = {
                ": a square kernel is transposed, too": np.array_equal(a, b.T),
                ": they are rounded": np.allclose(a, b, atol=0.01),
                ": reshape keeps their order; rows and columns have to change places": np.array_equal(
                    a.ravel(), b.T.ravel()
                ),
                ": the layers are in another order": any(np.array_equal(a, other) for other in right),
            }
            words = next((words for words, holds in usual.items() if holds), "")
            that(np.array_equal(a, b), f"{of}: array {k} has the right shape and other numbers{words}", 1)
        kept = list(given) == list(state) and all(
            np.array_equal(tensor.numpy().T, array)
            for tensor, array in zip(state.values(), right, strict=True)
        )
        that(kept, f"{of}: it changes the state_dict that it was given", 2)
        for tensor in state.values():
            tensor.fill_(99)
        moved = ", ".join(f"array {k}" for k, array in enumerate(got) if (array == 99).any())
        that(not moved, f"{of}: when PyTorch trains on, {moved} would change too: return copies", 2)

    for sizes in [(4, 3, 2), (3, 3, 3), (5, 2), (4, 1, 3), (2, 3, 4, 5, 4, 3, 2, 2)]:
        there(sizes, np.random.default_rng(0))
        back(sizes)
