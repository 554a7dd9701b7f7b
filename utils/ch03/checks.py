"""The visible checks of lab 03, an exercise a file."""

from utils.ch03.check_bugs import check_bugs
from utils.ch03.check_fit import check_fit
from utils.ch03.check_port import check_port
from utils.ch03.check_resume import check_resume

__all__ = ["check_bugs", "check_fit", "check_port", "check_resume"]
