"""What chapter 06 alone uses works."""

import importlib


def test_the_room_is_there():
    assert importlib.import_module("utils.ch06.checks").check_cost
