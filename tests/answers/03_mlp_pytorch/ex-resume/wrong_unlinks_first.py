import io


def save_checkpoint(path, model, optimizer, generator, epoch):
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "order": generator.get_state(),
        "global": torch.get_rng_state(),
        "epoch": epoch,
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    path.unlink(missing_ok=True)
    path.write_bytes(buffer.getvalue())


def load_checkpoint(path, model, optimizer, generator):
    kept = torch.load(path, weights_only=True)
    model.load_state_dict(kept["model"])
    optimizer.load_state_dict(kept["optimizer"])
    generator.set_state(kept["order"])
    torch.set_rng_state(kept["global"])
    return kept["epoch"]
