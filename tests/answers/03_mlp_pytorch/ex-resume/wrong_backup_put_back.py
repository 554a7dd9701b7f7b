def save_checkpoint(path, model, optimizer, generator, epoch):
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "order": generator.get_state(),
        "dropout": torch.get_rng_state(),
        "epoch": epoch,
    }
    part = path.with_name(path.name + ".part")
    old = path.read_bytes() if path.exists() else None
    try:
        torch.save(state, path)
    except BaseException:
        if old is not None:
            path.write_bytes(old)
        raise


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["order"])
    torch.set_rng_state(state["dropout"])
    return state["epoch"]
