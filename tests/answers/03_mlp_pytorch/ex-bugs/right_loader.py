def mended_loop(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(x_train, y_train), batch_size, shuffle=True, generator=generator)
    optimizer = torch.optim.SGD(model.parameters(), lr, 0.9)
    train_loss, val_accuracy = [], []
    for _ in range(num_epochs):
        model.train()
        losses = torch.empty(0)
        for x, y in loader:
            optimizer.zero_grad(set_to_none=False)
            each = F.cross_entropy(model(x), y, reduction="none")
            each.mean().backward()
            optimizer.step()
            losses = torch.cat([losses, each.detach()])
        train_loss.append(losses.mean())
        model.eval()
        with torch.no_grad():
            val_accuracy.append(np.mean([float(model(x[None]).argmax() == y) for x, y in zip(x_val, y_val)]))
    return {"train_loss": train_loss, "val_accuracy": val_accuracy}
