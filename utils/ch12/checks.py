"""The visible checks of lab 12, an exercise a file."""

from utils.ch12.check_account import check_account
from utils.ch12.check_design import check_design
from utils.ch12.check_graph import check_graph
from utils.ch12.check_profile import check_profile
from utils.ch12.check_reader import check_reader

__all__ = ["check_account", "check_design", "check_graph", "check_profile", "check_reader"]
