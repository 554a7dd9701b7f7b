import multiprocessing

import pytest

from utils import models


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("FASTFRUGAL_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def recipes(monkeypatch, tmp_path_factory):
    """Toy recipes: modules, as the real ones are."""
    folder = tmp_path_factory.mktemp("recipes")
    for name, body in {
        "toy_42": "(folder / 'weights').write_text('42')",
        "toy_43": "(folder / 'weights').write_text('43')",
        "toy_counts": "open(cache_dir() / 'runs', 'a').write('x')",
        "toy_fails": "(folder / 'half').write_text(''); raise RuntimeError('out of memory')",
    }.items():
        source = f"from utils.data import cache_dir\n\n\ndef train(folder):\n    {body}\n"
        (folder / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(folder)
    return folder


def test_trained_once_and_kept():
    path = models.make("mlp", "toy_counts:train")
    assert models.make("mlp", "toy_counts:train") == path
    assert (models.cache_dir() / "runs").read_text() == "x"


def test_a_changed_recipe_is_trained_anew(recipes):
    before = models.make("mlp", "toy_42:train")
    with open(recipes / "toy_42.py", "a") as file:
        file.write("# changed\n")
    assert models.make("mlp", "toy_42:train") != before


def test_what_a_recipe_uses_counts_too():
    """Its module's own imports from utils, at the top or in a function, and theirs; helpers don't."""
    used = set(models.sources("utils.ch12.models"))
    assert used == {"utils.ch12.models", "utils.cnn.in_torch", "utils.onnx_tools", "utils.data"}
    assert "utils.ch05.sevens" in models.sources("utils.ch05.study")


def test_another_recipe_is_another_model():
    assert models.make("mlp", "toy_42:train") != models.make("mlp", "toy_43:train")


def test_a_failed_training_leaves_nothing(cache):
    with pytest.raises(RuntimeError):
        models.make("mlp", "toy_fails:train")
    assert [p.suffix for p in (cache / "models").iterdir()] == [".lock"]


def test_an_untrained_model_names_the_command(monkeypatch):
    monkeypatch.setitem(models.RECIPES, "mlp", "toy_42:train")
    with pytest.raises(FileNotFoundError, match="python -m utils.models"):
        models.model_path("mlp")
    models.make("mlp", "toy_42:train")
    assert (models.model_path("mlp") / "weights").read_text() == "42"


def _make(_):
    return models.make("mlp", "toy_counts:train")


def test_two_processes_train_it_once():
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(_make, range(4)))) == 1
    assert (models.cache_dir() / "runs").read_text() == "x"


def test_command(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["utils.models"])
    monkeypatch.setattr(models, "RECIPES", {"mlp": "toy_42:train"})
    assert models.main() == 0
    assert "1 of 1 ready" in capsys.readouterr().out
