def percentiles(times, qs):
    ordered = np.sort(times)
    found = [ordered[int(np.ceil(len(times) * q / 100)) - 1] for q in qs]
    return found[0] if len(found) == 1 else np.array(found)
