import io


def save_checkpoint(path, model, optimizer, generator, epoch):
    buffer = io.BytesIO()
    torch.save(
        [
            epoch,
            generator.get_state(),
            torch.random.get_rng_state(),
            optimizer.state_dict(),
            model.state_dict(),
        ],
        buffer,
    )
    part = f"{path}.new"
    with open(part, "wb") as file:
        file.write(buffer.getvalue())
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, generator):
    epoch, order, dropout, steps, weights = torch.load(str(path))
    torch.random.set_rng_state(dropout)
    generator.set_state(order)
    optimizer.load_state_dict(steps)
    model.load_state_dict(weights)
    return epoch
