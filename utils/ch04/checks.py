"""The visible checks of lab 04, an exercise a file."""

from utils.ch04.check_count import check_count
from utils.ch04.check_design import check_design
from utils.ch04.check_im2col import check_im2col
from utils.ch04.check_pool import check_pool

__all__ = ["check_count", "check_design", "check_im2col", "check_pool"]
