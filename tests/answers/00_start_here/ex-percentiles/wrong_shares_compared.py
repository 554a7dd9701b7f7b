def percentiles(times, qs):
    ordered = np.sort(times)
    share = np.array([np.mean(times <= t) for t in ordered])
    return np.array([ordered[np.argmax(share >= q / 100)] for q in qs])
