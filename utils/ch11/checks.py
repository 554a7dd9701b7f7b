"""The visible checks of lab 11, an exercise a file."""

from utils.ch11.check_channels import check_channels
from utils.ch11.check_integers import check_integers
from utils.ch11.check_observer import check_observer
from utils.ch11.check_plan import check_plan
from utils.ch11.check_range import check_range
from utils.ch11.check_straight import check_straight

__all__ = [
    "check_channels",
    "check_integers",
    "check_observer",
    "check_plan",
    "check_range",
    "check_straight",
]
