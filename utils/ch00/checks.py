"""The visible checks of lab 00, an exercise a file."""

from utils.ch00.check_interval import check_interval
from utils.ch00.check_percentiles import check_percentiles
from utils.ch00.check_power import check_power
from utils.ch00.check_review import check_review
from utils.ch00.check_timer import check_timer

__all__ = ["check_interval", "check_percentiles", "check_power", "check_review", "check_timer"]
