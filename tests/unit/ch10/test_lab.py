import copy
import json

import numpy as np
import pytest
import torch
from torch import nn

from tools.notebook_files import ROOT
from utils.ch10 import checks, design, lab
from utils.ch10.check_coupled import MISTAKES, groups
from utils.ch10.check_design import AT_LEAST
from utils.ch10.check_flatten import COLUMNS, FOLDS, columns, folded
from utils.ch10.check_remove import masked
from utils.ch10.check_residual import cut_resnet
from utils.checks import CheckFailed
from utils.cnn.in_torch import accuracy, load_cnn
from utils.data import load_mnist, tensors


def test_what_a_verdict_depends_on_is_given():
    for module, name in [(design, "MOST_MS"), (design, "cut_cnn"), (lab, "a_cut")]:
        with pytest.raises(AttributeError, match="is given"):
            setattr(module, name, 10**9)
    with pytest.raises(ValueError, match="read-only"):
        design.MILLISECONDS[:] = 0


# ---- graphs --------------------------------------------------------------------------------------


def test_groups_of_the_task():
    nodes = [("x", "input", []), ("a", "conv", ["x"]), ("b", "norm", ["a"]), ("c", "conv", ["b"])]
    nodes += [("d", "add", ["c", "b"]), ("e", "linear", ["d"])]
    assert groups(nodes) == [(["a", "b", "c"], ["c", "e"])]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_by_a_graph_that_is_not_drawn(mistake):
    """The hidden check has all of them, whatever the seed."""
    nodes = [lab.graph(np.random.default_rng(5), kind) for kind in lab.GRAPHS]
    assert any(groups(it) != groups(it, mistake) for it in nodes)


def test_a_traced_network_has_its_groups():
    nodes = lab.nodes_of(lab.SmallResNet(4, 6, 3, 5, 7))
    made = [it for it, _ in groups(nodes)]
    assert made[0] == ["stem", "norm", "block0.conv2", "block0.norm2"]
    assert {name for it in made for name in it} == {n for n, k, _ in nodes if k in ("conv", "norm")}


@pytest.mark.parametrize("seed", range(12))
def test_drawn_graphs_name_earlier_nodes_only(seed):
    seen = set()
    for name, kind, inputs in lab.graph(np.random.default_rng(seed), "drawn"):
        assert set(inputs) <= seen
        assert (len(inputs) > 1) == (kind == "add") and bool(inputs) == (kind != "input")
        seen.add(name)
    assert len(seen) == 26


# ---- cuts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_some_is_out_of_order_and_no_inverse_of_itself(seed):
    keep = lab.some(np.random.default_rng(seed), 7, 4)
    assert len(set(keep)) == 4 and keep != sorted(keep)
    order = lab.some(np.random.default_rng(seed), 5, 5)
    assert np.argsort(order).tolist() != order


def test_masked_channels_do_not_count():
    *chain, keep, x = lab.conv_norm_conv(np.random.default_rng(1), "plain")
    for module, name in [(chain[1], "weight"), (chain[1], "bias")]:
        gone = [i for i in range(chain[0].out_channels) if i not in keep]
        getattr(module, name).data[gone] = 0  # 0 behind the norm, and behind the relu
    with torch.no_grad():
        assert torch.allclose(
            masked(chain, keep, x), nn.Sequential(*chain[:2], nn.ReLU(), chain[2])(x), atol=1e-4
        )


@pytest.mark.parametrize("kind", lab.FLATTENS)
def test_folding_is_exact(kind):
    linear, keep, values = lab.before_flatten(np.random.default_rng(2), kind)
    c, x = len(values), torch.randn(3, len(values), linear.in_features // len(values))
    gone = [i for i in range(c) if i not in keep]
    x[:, gone] = values[gone][:, None]
    weight = linear.weight[:, columns(c, x.shape[2], keep)]
    ours = x[:, keep].flatten(1) @ weight.T + folded(linear, keep, values)
    assert torch.allclose(ours.float(), linear(x.flatten(1)), atol=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_mistakes_at_a_flatten_give_other_numbers(seed):
    linear, keep, values = lab.before_flatten(np.random.default_rng(seed))
    right, places = folded(linear, keep, values), linear.in_features // len(values)
    first, last = sorted(keep) == [0, 1, 2], min(keep) == len(values) - 3
    none = {"the last"} if first else {"first values"} if last else set()  # such draws don't tell these
    for mistake in FOLDS.keys() - none:
        assert (folded(linear, keep, values, mistake) - right).abs().max() > 1e-2
    right = columns(len(values), places, keep)
    assert all(columns(len(values), places, keep, mistake) != right for mistake in COLUMNS)


@pytest.mark.parametrize("mistake", FOLDS)
def test_each_mistake_at_a_flatten_is_told_whatever_is_drawn(mistake):
    for seed in range(6):
        drawn = [lab.before_flatten(np.random.default_rng(seed), kind) for kind in lab.FLATTENS]
        off = [(folded(*it, mistake) - folded(*it)).abs().max() for it in drawn]
        assert any(not it < 1e-2 for it in off)


def test_a_cut_resnet_computes_what_the_masked_one_does():
    rng, widths = np.random.default_rng(3), [6, 8, 5, 7, 9]
    weights, keeps = lab.resnet(rng, widths)
    small, big = lab.SmallResNet(*(len(keeps[g]) for g in lab.GROUPS)), lab.SmallResNet(*widths)
    small.load_state_dict(cut_resnet(weights, keeps))
    for name, tensor in weights.items():  # inputs from channels that go count as 0
        group = {"head.weight": "stream2", "block1.skip.weight": "stream1"}.get(name, "")
        if name.endswith("conv2.weight"):
            group = f"inner{name[5]}"
        elif name.endswith("conv1.weight"):
            group = "stream2" if name.startswith("block2") else "stream1"
        if group:
            gone = [i for i in range(tensor.shape[1]) if i not in keeps[group]]
            tensor[:, gone] = 0
    big.load_state_dict(weights)
    x = torch.randn(4, 1, 12, 12)
    with torch.no_grad():
        assert torch.allclose(small.eval()(x), big.eval()(x), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("kind", [*lab.RIGHT_CUTS, *lab.WRONG_CUTS, *lab.WRONG_OUTPUTS])
@pytest.mark.parametrize("seed", range(6))
def test_cuts_are_what_they_are_called(kind, seed):
    rng = np.random.default_rng(seed)
    network = lab.small_network(rng, "trained", int(rng.integers(3, 6)))
    order, before = [*range(1, network[0].out_channels), 0], copy.deepcopy(network.state_dict())
    x = torch.as_tensor(rng.normal(size=(6, 1, 7, 7))).float()
    with torch.no_grad():
        a, b = network(x), lab.a_cut(kind)(network, order)(x)
    off = float((a - b).abs().max() / a.abs().max())
    assert off < 0.95e-4 if kind in lab.RIGHT_CUTS else not off < (1.9e-4 if kind in lab.OFF else 1e-3)
    assert "in place" in kind or all(torch.equal(t, network.state_dict()[n]) for n, t in before.items())


def test_a_permutation_passes_the_neighbours_and_zeros_do_not():
    network, x = lab.small_network(np.random.default_rng(0), "trained"), torch.rand(8, 1, 7, 7)
    mask = torch.zeros(5, 1, 1)
    mask[[3, 0]] = 1
    with torch.no_grad():
        zeroed = network[3:](network[:3](x) * mask)
        for kind, right in (("as asked", True), ("neighbours", False)):
            cut = lab.a_cut(kind)
            torch.testing.assert_close(cut(network, [1, 2, 3, 4, 0])(x), network(x), rtol=1e-4, atol=1e-4)
            assert torch.allclose(cut(network, [3, 0])(x), zeroed, rtol=1e-4, atol=1e-4) is right


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("ex-coupled/wrong_no_norm", "^A norm has numbers .* Take a chain .* Yours: made"),
        ("ex-coupled/wrong_flatten_ends", "^A flatten hands"),
        ("ex-coupled/wrong_groups_outlive_a_call", "outlive a call"),
        ("ex-coupled/wrong_first_input_only", "isn't to be listed"),
        ("ex-flatten/wrong_first_values", "take values.gone."),
        ("ex-flatten/wrong_the_last_ones_folded", "not the last ones"),
        ("ex-permute/wrong_exact", "differ by rounding"),
        ("ex-permute/wrong_inverted_verdict", "wrong way round"),
        ("ex-permute/wrong_compares_with_the_given", "compare with those of the copy"),
        ("ex-permute/wrong_small_draws", "your draws hide it"),
        ("ex-permute/wrong_gradients_stay_off", "gradients switched off"),
        ("ex-permute/wrong_two_calls_the_first_short", r"each of the \d channels once; yours is .1, 0."),
        ("ex-permute/wrong_one_image", "pass"),
        ("ex-design/wrong_one_based", "count from 0"),
        ("ex-design/wrong_swapped", "swapped"),
    ],
)
def test_replies_name_the_mistake(answer, words, monkeypatch, tmp_path):
    monkeypatch.setenv("FASTFRUGAL_DATA", str(tmp_path))
    exercise = answer.split("/")[0].removeprefix("ex-")
    text = (ROOT / "tests" / "answers" / "10_channel_pruning" / f"{answer}.py").read_text(encoding="utf-8")
    names = {"copy": copy, "np": np, "torch": torch, "nn": nn, "load_cnn": load_cnn}
    exec(text, names)
    function = {"flatten": "cut_linear", "permute": "is_right", "design": "plan"}.get(exercise, exercise)
    with pytest.raises(CheckFailed, match=words):
        getattr(checks, f"check_{exercise}")(names[function])


# ---- design --------------------------------------------------------------------------------------

KEEPS = list(range(16)), list(range(16))


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (None, "two lists"),
        ({"keep1": [], "keep2": []}, "two lists"),
        ((16, 16), "list of whole numbers"),
        (([True] * 16, KEEPS[1]), "mask"),
        (([0] * 16, KEEPS[1]), "channel 0 stands there more than once"),
        ((range(16), KEEPS[1]), "list of whole numbers"),
        ((list(range(17, 33)), KEEPS[1]), "no channel 32"),
        ((list(range(15)), KEEPS[1]), "the table has"),
        ((list(range(32)), list(range(64))), "are allowed"),
    ],
)
def test_what_is_no_plan_is_told(plan, words):
    with pytest.raises(design.BadPlan, match=words):
        design.as_keeps(plan)


def counted(rows: np.ndarray, rule: dict) -> int:
    """As grader/rules.py counts it."""
    return sum(
        5 * (c if taken else 1) + 4 * c for c, (_, taken) in zip(rule["channels"], rows.tolist(), strict=True)
    )


def test_the_host_counts_the_table():
    rule = design.host_rule()
    for a in design.WIDTHS1:
        for b in design.WIDTHS2:
            rows = design.chosen(np.arange(a), np.arange(b))
            within = design.milliseconds(range(a), range(b)) <= design.MOST_MS
            assert (counted(rows, rule) <= rule["bytes"]) == within


def test_the_solution_holds_that_rule():
    notebook = json.loads((ROOT / "solutions" / "10_channel_pruning.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "hidden-design")
    assert cell["metadata"]["fastfrugal"]["names"]["plan"] == design.host_rule()


def test_a_file_computes_what_the_network_does():
    import onnxruntime as ort

    rng, x = np.random.default_rng(6), load_mnist().x_val[:20][:, None]
    keep1, keep2 = rng.permutation(32)[:12], rng.permutation(64)[:16]
    file = design.onnx_file(keep1, keep2)
    theirs = ort.InferenceSession(file, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
    with torch.no_grad():
        ours = design.cut_cnn(keep1, keep2)(torch.tensor(x).float() / 255).numpy()
    np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=1e-3)
    assert len(file) < 80_000


def test_all_channels_are_the_shipped_network():
    data = load_mnist()
    x, y = tensors(data.x_val[:500], data.y_val[:500])
    whole = design.cut_cnn(np.arange(32), np.arange(64))
    assert accuracy(whole, x, y) == accuracy(load_cnn(), x, y)


def test_no_choice_of_the_largest_filters_is_enough():
    """So that one has to look at what the next layer makes of a channel."""
    norms = [
        load_cnn()[i].weight.detach().flatten(1).norm(dim=1).argsort(descending=True).numpy() for i in (0, 3)
    ]
    tried = [(8, 48), (16, 16)]  # of the widths within the budget the widest
    assert all(design.MILLISECONDS[a // 4 - 1, b // 8 - 1] <= design.MOST_MS for a, b in tried)
    found = [design.validation_accuracy(design.cut_cnn(norms[0][:a], norms[1][:b])) for a, b in tried]
    assert max(found) < AT_LEAST - 1
