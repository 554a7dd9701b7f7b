"""The visible checks of lab 01, an exercise a file."""

from utils.ch01.check_detector import check_detector
from utils.ch01.check_loss import check_loss
from utils.ch01.check_report import check_report
from utils.ch01.check_roc import check_roc
from utils.ch01.check_stopping import check_stopping

__all__ = ["check_detector", "check_loss", "check_report", "check_roc", "check_stopping"]
