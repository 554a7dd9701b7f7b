import io


def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    train_loss, val_accuracy, kept = [], [], None
    for _ in range(num_epochs):
        order, per_image = torch.randperm(len(x_train), generator=generator), torch.zeros(len(x_train))
        model.train()
        while len(order):
            batch, order = order[:batch_size], order[batch_size:]
            optimizer.zero_grad()
            each = F.cross_entropy(model(x_train[batch]), y_train[batch], reduction="none")
            each.mean().backward()
            optimizer.step()
            per_image[batch] = each.detach()
        train_loss.append(per_image.mean().item())
        with torch.no_grad():
            model.eval()
            val_accuracy.append(np.mean(model(x_val).numpy().argmax(1) == y_val.numpy()).item())
        if val_accuracy[-1] > max(val_accuracy[:-1], default=-1):
            kept = io.BytesIO()
            torch.save(model.state_dict(), kept)
    kept.seek(0)
    model.load_state_dict(torch.load(kept))
    return dict(train_loss=train_loss, val_accuracy=val_accuracy)
