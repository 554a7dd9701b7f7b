def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    from torch.utils.data import DataLoader, TensorDataset

    images, criterion = TensorDataset(x_train, y_train), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr, 0.9)
    history, states = {"train_loss": [], "val_accuracy": []}, []
    for _ in range(num_epochs):
        order = torch.randperm(len(x_train), generator=generator).tolist()
        model.train()
        summed = []
        for x, y in DataLoader(images, batch_size=batch_size, sampler=order):
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            summed += [loss.item()] * len(y)
        history["train_loss"].append(float(np.mean(summed)))
        model.eval()
        right = 0
        with torch.inference_mode():
            for x, y in DataLoader(TensorDataset(x_val, y_val), batch_size=7):
                right += int((model(x).argmax(dim=1) == y).sum())
        history["val_accuracy"].append(right / len(x_val))
        states.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
    model.load_state_dict(states[history["val_accuracy"].index(max(history["val_accuracy"]))])
    return history
