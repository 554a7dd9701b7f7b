"""What chapter 20 alone uses works."""

import importlib


def test_the_room_is_there():
    assert importlib.import_module("utils.ch20.checks").check_double
