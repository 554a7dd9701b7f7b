def plan(kept, lost, most):
    losses = [np.where(np.isnan(it), np.inf, np.clip(it, 0, None)) for it in lost]
    left = sum(np.meshgrid(*kept, indexing="ij"))
    loss = sum(np.meshgrid(*losses, indexing="ij"))
    loss = np.where(left > most, np.inf, loss)
    if np.isinf(loss.min()):
        raise ValueError("no plan")
    flat = np.lexsort((left.ravel(), loss.ravel()))[0]
    return [int(i) for i in np.unravel_index(flat, left.shape)]
