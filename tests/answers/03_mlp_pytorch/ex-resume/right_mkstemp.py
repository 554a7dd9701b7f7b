def save_checkpoint(path, model, optimizer, generator, epoch):
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "order": generator.get_state(),
        "dropout": torch.get_rng_state(),
        "epoch": epoch,
    }
    import tempfile

    number, part = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(number, "wb") as file:
        torch.save(state, file)
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["order"])
    torch.set_rng_state(state["dropout"])
    return state["epoch"]
