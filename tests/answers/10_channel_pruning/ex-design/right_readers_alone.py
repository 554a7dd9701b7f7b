def plan():
    w2, w3 = [p.detach().numpy() for p in load_cnn().parameters()][2::2]
    first = np.linalg.norm(w2.transpose(1, 0, 2, 3).reshape(32, -1), axis=1)
    second = np.linalg.norm(w3.reshape(10, 64, 25).transpose(1, 0, 2).reshape(64, -1), axis=1)
    return first.argsort()[-8:], second.argsort()[-48:]
