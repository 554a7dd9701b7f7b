def round_to(x, e, m):
    with np.errstate(over="ignore"):
        return x.astype(np.float16).astype(np.float64)
