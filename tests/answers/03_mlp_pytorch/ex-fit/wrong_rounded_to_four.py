def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    """Train in place; {"train_loss": [...], "val_accuracy": [...]}; keep the best."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = {"train_loss": [], "val_accuracy": []}
    best_accuracy, best_state = -1.0, None
    for _ in range(num_epochs):
        model.train()
        total = 0.0
        order = torch.randperm(len(x_train), generator=generator)
        for batch in order.split(batch_size):
            logits = model(x_train[batch])
            loss = F.cross_entropy(logits, y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        history["train_loss"].append(total / len(x_train))
        model.eval()
        with torch.inference_mode():
            accuracy = (model(x_val).argmax(dim=1) == y_val).float().mean().item()
        history["val_accuracy"].append(round(accuracy, 4))
        if accuracy > best_accuracy:
            best_accuracy = accuracy
            best_state = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    model.eval()
    return history
