"""The visible checks of lab 02, an exercise a file."""

from utils.ch02.check_adam import check_adam
from utils.ch02.check_gradcheck import check_gradcheck
from utils.ch02.check_layer import check_layer
from utils.ch02.check_loss import check_loss
from utils.ch02.check_swish import check_swish

__all__ = ["check_adam", "check_gradcheck", "check_layer", "check_loss", "check_swish"]
