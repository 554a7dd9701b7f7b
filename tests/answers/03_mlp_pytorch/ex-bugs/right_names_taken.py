# Names that the lab uses, and this answer does not.
copy = inspect = os = Path = np = nn = mlp = new_training = train_on = show_progress = None
emit = check = gc = tempfile = lab = Watched = numbered = linear = seed = broken_loop = None


def mended_loop(
    model,
    x_train,
    y_train,
    x_val,
    y_val,
    num_epochs,
    lr,
    batch_size,
    generator,
):
    """{"train_loss": [...], "val_accuracy": [...]}: trains in place."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = {"train_loss": [], "val_accuracy": []}
    for _ in range(num_epochs):
        model.train()
        order = torch.randperm(len(x_train), generator=generator)
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        history["train_loss"].append(total / len(x_train))
        model.eval()
        with torch.inference_mode():
            right = model(x_val).argmax(dim=1) == y_val
        history["val_accuracy"].append(right.float().mean().item())
    return history
