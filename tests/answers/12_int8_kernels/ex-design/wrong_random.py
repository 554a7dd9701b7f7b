def choices():
    images = np.random.default_rng().permutation(200)[:150].tolist()
    return {
        "format": "QOperator",
        "method": "MinMax",
        "per_channel": True,
        "float": ["conv1"],
        "images": images,
    }
