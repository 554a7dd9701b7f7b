import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn.utils import prune

from utils.ch09 import design, lab
from utils.ch09.check_codec import _read, encoded
from utils.ch09.check_mask import first_of
from utils.ch09.check_plan import best, by_limit, greedy
from utils.ch09.check_step import right_step
from utils.ch09.check_two import chosen, grown, shrunk


def test_what_a_verdict_depends_on_is_given():
    for module, name in [(design, "MOST_BYTES"), (design, "packed"), (lab, "traced")]:
        with pytest.raises(AttributeError, match="is given"):
            setattr(module, name, 10**9)


# ---- masks


@pytest.mark.parametrize("seed", range(12))
def test_drawn_weights_tell_a_threshold_from_a_count(seed):
    weights, keep = lab.drawn_weights(np.random.default_rng(seed), "ties")
    size = np.sort(np.concatenate([np.abs(w.numpy()).ravel() for w in weights]))[::-1]
    assert size[keep - 1] == size[keep]
    back = first_of([np.abs(w.numpy()) for w in weights[::-1]], keep)[::-1]
    right = first_of([np.abs(w.numpy()) for w in weights], keep)
    assert not all(map(np.array_equal, back, right))  # the order of the list is told
    assert sum(int(it.sum()) for it in right) == keep


# ---- the step


@pytest.mark.parametrize("name", lab.OPTIMIZERS)
@pytest.mark.parametrize("seed", range(6))
def test_traces_hold_what_tells_answers_apart(name, seed):
    made = lab.traced(right_step, name, np.random.default_rng(seed))
    assert not np.isnan(made["weights"]).any() and not np.isnan(made["states"]).any()  # 777 is NaN
    assert 777 in made["weights"]
    assert min(made["gradients"]) == min(made["given"]) == 1
    assert max(made["counts"]) > 0
    alone = lab.traced(lambda optimizer, masks: optimizer.step(), name, np.random.default_rng(seed))
    assert not np.allclose(alone["weights"], made["weights"], equal_nan=True)


# ---- plans


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", lab.SCANS)
def test_a_scan_has_one_right_plan(kind, seed):
    kept, lost, most = lab.drawn_scan(np.random.default_rng([seed, 3]), kind)
    assert np.prod([len(it) for it in kept]) <= 5_000
    right = best(kept, lost, most)
    if kind.startswith("none"):
        assert right is None
        return
    other = best([k[::-1] for k in kept], [it[::-1] for it in lost], most)
    assert right == [len(k) - 1 - i for k, i in zip(kept, other, strict=True)]


MISTAKES = {
    "greedy": [greedy, by_limit],
    "negative": [lambda *it: best(*it, raw=True)],
    "nan": [lambda *it: best(*it, nan=0.0)],
    "exact": [lambda *it: best(*it, strict=True)],
    "none but nan": [lambda *it: best(*it, nan=0.0)],
    "nan first": [lambda *it: best(*it, nan=0.0)],
    "lossless": [lambda *it: best(*it, tie="first")],
    "tie below 0": [lambda *it: best(*it, raw=True)],
    "tie of sums": [lambda *it: best(*it, tie="last")],
    "five": [greedy],
    "tie": [lambda *it: best(*it, tie="first"), lambda *it: best(*it, tie="last")],
}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", MISTAKES)
def test_scans_tell_mistakes(kind, seed):
    scan = lab.drawn_scan(np.random.default_rng([seed, 4]), kind)
    assert all(mistake(*scan) != best(*scan) for mistake in MISTAKES[kind])


# ---- streams


def test_the_tasks_example_of_a_stream():
    w = np.array([0, 0, 5, *[0] * 17, -1, 0], np.float32)
    assert encoded(w).hex() == "02000000" + "0000a040" + "000080bf" + "f2f2"


@pytest.mark.parametrize("kind", lab.TENSORS)
@pytest.mark.parametrize("seed", range(6))
def test_streams_are_read_as_written(kind, seed):
    w = lab.drawn_tensor(np.random.default_rng(seed), kind)
    assert np.array_equal(_read(encoded(w), w.shape), w)


@pytest.mark.parametrize("seed", range(6))
def test_drawn_streams_fit_their_shapes(seed):
    rng = np.random.default_rng(seed)
    for entries, shape in [(3, (200,)), (40, (9, 30)), (0, (2, 2)), (60, (3, 8, 40)), (7, (1, 7))]:
        stream = lab.drawn_stream(rng, entries, shape)
        w = _read(stream, shape)
        assert np.count_nonzero(w) == entries
        assert encoded(w) == stream


# ---- two of four


def test_the_tasks_example_of_two_of_four():
    w = np.array([[3, -5, 1, 4, 0, 0, 2, 0]], np.float32)
    values, index = shrunk(w, chosen(w))
    assert values.tolist() == [[-5, 4, 0, 2]]
    assert index.tolist() == [[141]]
    assert grown(values, index).tolist() == [[0, -5, 0, 4, 0, 0, 2, 0]]


@pytest.mark.parametrize("seed", range(6))
def test_two_of_four_takes_nine_sixteenths_and_keeps_the_largest(seed):
    w = lab.drawn_matrix(np.random.default_rng(seed), 6, 48)
    values, index = shrunk(w, chosen(w))
    assert (values.nbytes + index.nbytes) / (2 * w.size) == 9 / 16
    groups = np.abs(grown(values, index)).reshape(-1, 4).sum(axis=1)
    best_two = np.sort(np.abs(w).reshape(-1, 4), axis=1)[:, 2:].sum(axis=1)
    assert np.allclose(groups, best_two, rtol=1e-3)


# ---- the file


def cut(network, w1: int, w2: int):
    rng = np.random.default_rng(w1)
    for layer, keep in ((network[0], w1), (network[2], w2)):
        w = layer.weight.data
        gone = torch.ones(w.numel(), dtype=torch.bool)
        gone[torch.from_numpy(rng.permutation(w.numel())[:keep])] = False
        w.masked_fill_(gone.reshape(w.shape), 0)
    return network


@pytest.mark.parametrize(("w1", "w2"), [(78_400, 1_000), (20_000, 300), (900, 40), (30, 1), (0, 0)])
def test_a_file_unpacks_itself_into_the_network(w1, w2):
    network = cut(design.start(), w1, w2)
    x = torch.rand(7, 784, generator=torch.Generator().manual_seed(0))
    session = ort.InferenceSession(design.packed(network), providers=["CPUExecutionProvider"])
    (theirs,) = session.run(None, {"x": x.numpy()})
    for p in network.parameters():
        p.data = p.data.half().float()
    assert np.allclose(theirs, network(x).detach().numpy(), atol=1e-4)


@pytest.mark.parametrize("places", [[0], [255], [256], [0, 255, 511, 767], [300, 1000, 1255, 1256], [78_399]])
def test_gaps_find_every_place(places):
    steps = design.gaps(np.array(places))
    assert set(places) <= set(np.cumsum(steps.astype(int)).tolist())


def test_the_files_size_is_what_its_parts_say():
    network = cut(design.start(), 1_200, 300)
    parts = [design.smallest(layer.weight.detach().numpy())[1] for layer in (network[0], network[2])]
    size = sum(it.nbytes for part in parts for it in part.values())
    assert 800 < len(design.packed(network)) - size < 1_400  # biases, the program that decodes


@pytest.mark.parametrize("spoil", ["none", "function", "wide", "nan"])
def test_what_is_no_network_is_told(spoil):
    network = design.start()
    if spoil == "nan":
        network[0].weight.data[0, 0] = torch.nan
    wide = torch.nn.Sequential(torch.nn.Linear(784, 30), torch.nn.ReLU(), torch.nn.Linear(30, 10))
    given = {"none": None, "function": design.start, "wide": wide, "nan": network}[spoil]
    with pytest.raises(design.BadNetwork):
        design.as_arrays(given)


@pytest.mark.parametrize("spoil", ["layer", "activation", "class", "hook", "prune", "parametrized"])
def test_what_a_file_cannot_hold_is_told(spoil):
    network = design.start()
    if spoil == "layer":
        network.append(torch.nn.Softmax(1))
    elif spoil == "activation":
        network[1] = torch.nn.Tanh()
    elif spoil == "class":
        network = type("Net", (torch.nn.Sequential,), {})(*network)
    elif spoil == "hook":
        network[1].register_forward_hook(lambda *_: None)
    elif spoil == "prune":
        prune.l1_unstructured(network[0], "weight", 1000)
    else:
        torch.nn.utils.parametrizations.weight_norm(network[2])
    with pytest.raises(design.BadNetwork):
        design.packed(network)


def test_pruned_weights_stay_zero_in_training():
    network, generator = design.start(), torch.Generator().manual_seed(1)
    masks = [torch.rand(s, generator=generator) < 0.1 for s in ((100, 784), (10, 100))]
    before = network[0].weight.detach().clone()
    design.train(network, masks, 3)
    assert all(
        (layer.weight[~m] == 0).all() for layer, m in zip((network[0], network[2]), masks, strict=True)
    )
    assert not torch.equal(network[0].weight[masks[0]], before[masks[0]])


def test_what_the_task_says_of_the_dense_network():
    network = design.start()
    seldom = design.digits()[0].pow(2).mean(dim=0).sqrt() < 0.2
    size = network[0].weight.detach().abs()
    largest = torch.zeros(size.numel(), dtype=torch.bool)
    largest[size.flatten().argsort(descending=True)[:1_150]] = True
    assert largest.reshape(size.shape)[:, seldom].sum() == 596
    assert sum(p.nbytes for p in network.parameters()) == 318_040
    assert 96.6 < design.accuracy(design.packed(network)) < 97
