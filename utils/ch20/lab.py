"""What lab 20 hands its answers, an exercise a file (the sixth's is design.py): traces, allocations, steps."""

from utils.ch20.lab_faults import FAULTS, Graph, graphed_step, kinds, makers
from utils.ch20.lab_lanes import LANES, lanes
from utils.ch20.lab_peak import PEAKS, history, history_of
from utils.ch20.lab_predict import STEPS, one_step, step
from utils.ch20.lab_waits import SYNCS, longer_than, syncs
from utils.ch20.tape import AUTOGRAD, MAIN, NAMES
from utils.checks import fixed

__all__ = [
    "AUTOGRAD",
    "FAULTS",
    "LANES",
    "MAIN",
    "NAMES",
    "PEAKS",
    "STEPS",
    "SYNCS",
    "Graph",
    "graphed_step",
    "history",
    "history_of",
    "kinds",
    "lanes",
    "longer_than",
    "makers",
    "one_step",
    "step",
    "syncs",
]

fixed(__name__)
