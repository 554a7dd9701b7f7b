png = table = counted = cost = check = emit = data = tf = io = hashlib = Image = workshop = None
x_train = y_train = x_val = is_seven_val = try_out = show = photographed = validation = seed = None


def design():
    return {"shift": 12, "degrees": 8, "zoom": 0.15, "negative": True, "num_epochs": 10}


def choose_threshold(scores, is_seven, floor):
    best, threshold = 0, np.inf
    for t in np.unique(scores)[::-1]:
        said = scores >= t
        hits = np.sum(said & is_seven)
        if hits > best and lower_end(hits, said.sum()) >= floor:
            best, threshold = hits, t
    return threshold
