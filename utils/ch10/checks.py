"""The visible checks of lab 10, an exercise a file."""

from utils.ch10.check_coupled import check_coupled
from utils.ch10.check_design import check_design
from utils.ch10.check_flatten import check_flatten
from utils.ch10.check_permute import check_permute
from utils.ch10.check_remove import check_remove
from utils.ch10.check_residual import check_residual

__all__ = [
    "check_coupled",
    "check_design",
    "check_flatten",
    "check_permute",
    "check_remove",
    "check_residual",
]
