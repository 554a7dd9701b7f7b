_formats = dict(
    weights="fp16", gradients="e5m2", momentum="bf16", variance="bf16", activations="e5m2", deltas="e5m2"
)
_scale = [2.0**14]


def plan():
    _scale[0] *= 2.0**10
    return _formats, _scale[0]
