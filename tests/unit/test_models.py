import multiprocessing

import pytest

from utils import models


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("FASTFRUGAL_CACHE", str(tmp_path))
    return tmp_path


def recipe(folder):
    (folder / "weights").write_text("42")


def other_recipe(folder):
    (folder / "weights").write_text("43")


def count_runs(folder):
    with open(models.cache_dir() / "runs", "a") as file:
        file.write("x")


def fails(folder):
    (folder / "half").write_text("")
    raise RuntimeError("out of memory")


def test_trained_once_and_kept():
    path = models.make("mlp", count_runs)
    assert models.make("mlp", count_runs) == path
    assert (models.cache_dir() / "runs").read_text() == "x"


def test_another_recipe_is_another_model():
    assert models.make("mlp", recipe) != models.make("mlp", other_recipe)


def test_a_failed_training_leaves_nothing(cache):
    with pytest.raises(RuntimeError):
        models.make("mlp", fails)
    assert [p.suffix for p in (cache / "models").iterdir()] == [".lock"]


def test_an_untrained_model_names_the_command(monkeypatch):
    monkeypatch.setitem(models.RECIPES, "mlp", recipe)
    with pytest.raises(FileNotFoundError, match="python -m utils.models"):
        models.model_path("mlp")
    models.make("mlp", recipe)
    assert (models.model_path("mlp") / "weights").read_text() == "42"


def _make(_):
    return models.make("mlp", count_runs)


def test_two_processes_train_it_once():
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(_make, range(4)))) == 1
    assert (models.cache_dir() / "runs").read_text() == "x"


def test_command(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["utils.models"])
    monkeypatch.setattr(models, "RECIPES", {"mlp": recipe})
    assert models.main() == 0
    assert "1 of 1 ready" in capsys.readouterr().out
