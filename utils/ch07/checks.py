"""The visible checks of lab 07, an exercise a file."""

from utils.ch07.check_batches import check_batches
from utils.ch07.check_design import check_design
from utils.ch07.check_schedule import check_schedule
from utils.ch07.check_shards import check_shards
from utils.ch07.check_time import check_time

__all__ = ["check_batches", "check_design", "check_schedule", "check_shards", "check_time"]
