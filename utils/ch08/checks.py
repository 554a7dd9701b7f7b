"""The visible checks of lab 08, an exercise a file."""

from utils.ch08.check_design import check_design
from utils.ch08.check_round import check_round
from utils.ch08.check_scaler import check_scaler
from utils.ch08.check_stays import check_stays
from utils.ch08.check_step import check_step

__all__ = ["check_design", "check_round", "check_scaler", "check_stays", "check_step"]
