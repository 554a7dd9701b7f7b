def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = {"train_loss": [], "val_accuracy": []}
    best, best_accuracy = None, -1.0
    for _ in range(num_epochs):
        model.train()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm1d | nn.Dropout):
                module.eval()
        total = 0.0
        for batch in torch.randperm(len(x_train), generator=generator).split(batch_size):
            loss = F.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        history["train_loss"].append(total / len(x_train))
        model.eval()
        with torch.inference_mode():
            accuracy = (model(x_val).argmax(dim=1) == y_val).float().mean().item()
        history["val_accuracy"].append(accuracy)
        if accuracy > best_accuracy:
            best, best_accuracy = copy.deepcopy(model.state_dict()), accuracy
    model.load_state_dict(best)
    model.eval()
    return history
