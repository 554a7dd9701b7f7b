def mended_loop(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    """{"train_loss": [...], "val_accuracy": [...]}: trains in place."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = {"train_loss": [], "val_accuracy": []}
    for _ in range(num_epochs):
        model.train()
        order = torch.randperm(len(x_train), generator=generator)
        x_shuffled = x_train[order]
        y_shuffled = y_train[order]
        total = 0.0
        batches = x_shuffled.split(batch_size), y_shuffled.split(batch_size)
        for x, y in zip(*batches, strict=True):
            logits = model(x)
            loss = F.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total = total + loss.item() * len(x)
        history["train_loss"].append(total / len(x_train))
        model.eval()
        torch.set_grad_enabled(False)
        right = model(x_val).argmax(dim=1) == y_val
        history["val_accuracy"].append(right.float().mean().item())
    return history
