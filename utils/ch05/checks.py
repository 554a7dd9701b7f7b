"""The visible checks of lab 05, an exercise a file."""

from utils.ch05.check_augment import check_augment
from utils.ch05.check_design import check_design
from utils.ch05.check_leaks import check_leaks
from utils.ch05.check_pipeline import check_pipeline
from utils.ch05.check_split import check_split

__all__ = ["check_augment", "check_design", "check_leaks", "check_pipeline", "check_split"]
