def choices():
    return {
        "format": "QOperator",
        "method": "Percentile",
        "percentile": 99.3,
        "per_channel": True,
        "float": ["gain1", "conv1"],
    }


np = onnx = helper = base64 = io = rng = data = shots = camera_images = built = look = try_choices = None
emit = check = checks = lab = design = checked = Batches = quantized = accuracy = None
