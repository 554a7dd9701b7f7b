"""The visible checks of lab 20, an exercise a file."""

from utils.ch20.check_design import check_design
from utils.ch20.check_faults import check_faults
from utils.ch20.check_lanes import check_lanes
from utils.ch20.check_peak import check_peak
from utils.ch20.check_predict import check_predict
from utils.ch20.check_waits import check_waits

__all__ = ["check_design", "check_faults", "check_lanes", "check_peak", "check_predict", "check_waits"]
