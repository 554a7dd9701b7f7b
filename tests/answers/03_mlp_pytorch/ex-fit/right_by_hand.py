def fit(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    velocities = [torch.zeros_like(parameter) for parameter in model.parameters()]
    history, best = {"train_loss": [], "val_accuracy": []}, (-np.inf, None)
    for _ in range(num_epochs):
        model.train(True)
        batches, total = torch.randperm(x_train.shape[0], generator=generator).split(batch_size), 0.0
        for batch in batches:
            log_p = model(x_train[batch]).log_softmax(dim=1)
            loss = -log_p[torch.arange(len(batch)), y_train[batch]].sum()
            gradients = torch.autograd.grad(loss / len(batch), list(model.parameters()))
            with torch.no_grad():
                for parameter, velocity, gradient in zip(model.parameters(), velocities, gradients):
                    velocity.mul_(0.9).add_(gradient)
                    parameter.sub_(lr * velocity)
            total += float(loss)
        model.train(False)
        with torch.no_grad():
            accuracy = float((model(x_val).max(dim=1).indices == y_val).double().mean())
        history["train_loss"].append(total / x_train.shape[0])
        history["val_accuracy"].append(accuracy)
        if accuracy > best[0]:
            best = accuracy, [tensor.clone() for tensor in [*model.parameters(), *model.buffers()]]
    with torch.no_grad():
        for tensor, kept in zip([*model.parameters(), *model.buffers()], best[1]):
            tensor.copy_(kept)
    return history
