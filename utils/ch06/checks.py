"""The visible checks of lab 06, an exercise a file."""

from utils.ch06.check_cost import check_cost
from utils.ch06.check_design import check_design
from utils.ch06.check_hooks import check_hooks
from utils.ch06.check_trace import check_trace
from utils.ch06.check_wastes import check_wastes

__all__ = ["check_cost", "check_design", "check_hooks", "check_trace", "check_wastes"]
