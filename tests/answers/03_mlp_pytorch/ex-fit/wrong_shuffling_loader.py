def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(x_train, y_train), batch_size, shuffle=True, generator=generator)
    optimizer = torch.optim.SGD(model.parameters(), lr, 0.9)
    history, states = {"train_loss": [], "val_accuracy": []}, []
    for _ in range(num_epochs):
        model.train()
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        model.eval()
        with torch.inference_mode():
            accuracy = (model(x_val).argmax(1) == y_val).float().mean().item()
        history["train_loss"].append(total / len(x_train))
        history["val_accuracy"].append(accuracy)
        states.append(copy.deepcopy(model.state_dict()))
    model.load_state_dict(states[int(np.argmax(history["val_accuracy"]))])
    return history
