def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, num_epochs)
    train_loss, val_accuracy = [], []
    best_accuracy, best_state = -1.0, None
    for _ in range(num_epochs):
        model.train()
        total = 0.0
        order = torch.randperm(len(x_train), generator=generator)
        for batch in order.split(batch_size):
            x, y = x_train[batch], y_train[batch]
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        scheduler.step()
        model.eval()
        with torch.no_grad():
            logits = model(x_val)
        accuracy = (logits.argmax(dim=1) == y_val).float().mean().item()
        train_loss.append(total / len(x_train))
        val_accuracy.append(accuracy)
        if accuracy > best_accuracy:
            best_accuracy = accuracy
            best_state = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    model.eval()
    return {"train_loss": train_loss, "val_accuracy": val_accuracy}
