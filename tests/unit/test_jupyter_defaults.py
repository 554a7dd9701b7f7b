"""JupyterLab's defaults: every setting we write exists, with a value that it allows."""

import json
import sys
from pathlib import Path

import pytest

from tools.setup import jupyter_defaults

SCHEMAS = Path(sys.prefix) / "share/jupyter/lab/schemas"
SETTINGS = [(plugin, key) for plugin in jupyter_defaults.LAB for key in jupyter_defaults.LAB[plugin]]


@pytest.mark.parametrize(("plugin", "key"), SETTINGS)
def test_jupyterlab_knows_the_setting(plugin, key):
    package, name = plugin.split(":")
    schema = json.loads((SCHEMAS / package / f"{name}.json").read_text())["properties"][key]
    value = jupyter_defaults.LAB[plugin][key]
    if "oneOf" in schema:
        assert value in [choice["const"] for choice in schema["oneOf"]]
    kinds = {"boolean": bool, "string": str, "number": (int, float)}
    assert isinstance(value, kinds[schema["type"]])


def test_the_server_knows_the_settings():
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

    settings = jupyter_defaults.SERVER["MappingKernelManager"]
    assert not set(settings) - set(MappingKernelManager.class_trait_names())


def test_files_are_written_whole(tmp_path):
    written = jupyter_defaults.write(tmp_path, cull_idle=True)
    jupyter_defaults.write(tmp_path, cull_idle=True)  # a second time changes nothing
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)
    wanted = [jupyter_defaults.LAB, jupyter_defaults.SERVER]
    assert [json.loads(path.read_text()) for path in written] == wanted


def test_a_laptops_kernels_are_left_alone(tmp_path):
    assert jupyter_defaults.write(tmp_path) == [tmp_path / jupyter_defaults.LAB_FILE]
