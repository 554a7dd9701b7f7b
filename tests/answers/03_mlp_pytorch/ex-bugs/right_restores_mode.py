def mended_loop(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = {"train_loss": [], "val_accuracy": []}
    model.train()
    for _ in range(num_epochs):
        total, n = torch.zeros(()), len(x_train)
        for batch in torch.randperm(n, generator=generator).split(batch_size):
            loss = nn.CrossEntropyLoss(reduction="sum")(model(x_train[batch]), y_train[batch])
            for parameter in model.parameters():
                parameter.grad = None
            (loss / len(batch)).backward()
            optimizer.step()
            with torch.no_grad():
                total += loss
        history["train_loss"].append(float(total) / n)
        model.eval()
        with torch.inference_mode():
            history["val_accuracy"].append(float((model(x_val).argmax(-1) == y_val).float().mean()))
        model.train()
    return history
