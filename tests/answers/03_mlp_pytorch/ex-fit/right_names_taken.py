# Names that the lab uses, and this answer does not.
inspect = os = Path = np = nn = mlp = new_training = train_on = broken_loop = None
show_progress = emit = check = gc = tempfile = lab = Watched = numbered = linear = seed = None


def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    """Train in place; {"train_loss": [...], "val_accuracy": [...]}; keep the best."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history, best = {"train_loss": [], "val_accuracy": []}, None
    for _ in range(num_epochs):
        model.train()
        summed = 0.0
        order = torch.randperm(len(x_train), generator=generator)
        for batch in order.split(batch_size):
            step_loss = F.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            step_loss.backward()
            optimizer.step()
            summed += step_loss.item() * len(batch)
        model.eval()
        with torch.inference_mode():
            accuracy = (model(x_val).argmax(dim=1) == y_val).float().mean().item()
        if best is None or accuracy > max(history["val_accuracy"]):
            best = copy.deepcopy(model.state_dict())
        history["train_loss"].append(summed / len(x_train))
        history["val_accuracy"].append(accuracy)
    model.load_state_dict(best)
    return history
