def mended_loop(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator):
    return broken_loop(model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size, generator)
