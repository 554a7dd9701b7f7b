def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    losses, accuracies = [], []
    for _ in range(num_epochs):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(x_train), generator=generator).split(batch_size):
            loss = F.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(x_train))
        model.eval()
        with torch.no_grad():
            accuracy = (model(x_val).argmax(dim=1) == y_val).float().mean().item()
        if not accuracies or accuracy > max(accuracies):
            best = {k: v.clone() if "running" not in k else v for k, v in model.state_dict().items()}
        accuracies.append(accuracy)
    model.load_state_dict(best)
    model.eval()
    return {"train_loss": losses, "val_accuracy": accuracies}
