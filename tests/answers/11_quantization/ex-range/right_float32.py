def affine(low, high, bits, symmetric=False):
    ends = np.array([low, 0.0, high], np.float32)
    steps = 2**bits - 1
    if symmetric:
        ends = np.array([-np.abs(ends).max(), np.abs(ends).max()])
        steps -= 1
    scale = np.ptp(ends).astype(np.float32) / np.float32(steps)
    if not scale > 0:
        return np.float32(1), np.int64(0)
    return scale, np.int64(0) if symmetric else np.rint(-ends.min() / scale).astype(np.int64)
