# Names that the lab uses, and this answer does not.
copy = inspect = Path = np = F = nn = mlp = new_training = train_on = broken_loop = None
show_progress = emit = check = gc = tempfile = lab = Watched = numbered = linear = seed = None


def save_checkpoint(path, model, optimizer, generator, epoch):
    """Write everything that the training depends on to path: at once, or not at all."""
    part = path.with_name(path.name + ".part")
    checkpoint = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "order": generator.get_state(),
        "dropout": torch.get_rng_state(),
        "epoch": epoch,
    }
    torch.save(checkpoint, part)
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, generator):
    """Put everything back into the objects given; return the epoch."""
    checkpoint = torch.load(path, weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    generator.set_state(checkpoint["order"])
    torch.set_rng_state(checkpoint["dropout"])
    return checkpoint["epoch"]
