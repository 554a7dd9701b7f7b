def evaluate(model, x, y):
    model.eval()
    with torch.inference_mode():
        return sum(int(p == t) for p, t in zip(model(x).argmax(1).tolist(), y.tolist())) / len(y)


def step(model, optimizer, x, y):
    model.train()
    loss = nn.CrossEntropyLoss()(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def lab(order, batch_size):
    return [order[k : k + batch_size] for k in range(0, len(order), batch_size)]


def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr, 0.9)
    history = {"train_loss": [], "val_accuracy": []}
    states = []
    for _ in range(num_epochs):
        parts = []
        for batch in lab(torch.randperm(x_train.shape[0], generator=generator), batch_size):
            parts += [step(model, optimizer, x_train[batch], y_train[batch])] * len(batch)
        history["train_loss"].append(float(np.mean(parts)))
        history["val_accuracy"].append(evaluate(model, x_val, y_val))
        states.append(copy.deepcopy(model.state_dict()))
    model.load_state_dict(states[int(np.argmax(history["val_accuracy"]))])
    return history
