def plan():
    x, y = tensors(load_mnist().x_train[:1000], load_mnist().y_train[:1000])
    h, kept = x, []
    for i, layer in enumerate(load_cnn()):
        h = layer(h)
        if i in (2, 5):
            h.retain_grad()
            kept.append(h)
    nn.functional.cross_entropy(h, y, reduction="sum").backward()
    scores = [(h * h.grad).sum(dim=(2, 3)).pow(2).mean(dim=0) for h in kept]
    return tuple(s.argsort(descending=True)[:n].tolist() for s, n in zip(scores, (8, 40), strict=True))
