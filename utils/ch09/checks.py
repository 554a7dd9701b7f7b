"""The visible checks of lab 09, an exercise a file."""

from utils.ch09.check_codec import check_codec
from utils.ch09.check_design import check_design
from utils.ch09.check_mask import check_mask
from utils.ch09.check_plan import check_plan
from utils.ch09.check_step import check_step
from utils.ch09.check_two import check_two

__all__ = ["check_codec", "check_design", "check_mask", "check_plan", "check_step", "check_two"]
