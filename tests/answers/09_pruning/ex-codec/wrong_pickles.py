def encode(w):
    import pickle

    return pickle.dumps(w)


def decode(data, shape):
    import pickle

    return pickle.loads(data).reshape(shape)
