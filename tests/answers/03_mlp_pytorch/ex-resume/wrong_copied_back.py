import shutil


def save_checkpoint(path, model, optimizer, generator, epoch):
    checkpoint = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "generator": generator.get_state(),
        "rng": torch.get_rng_state(),
        "epoch": epoch,
    }
    part = path.with_name(path.name + ".part")
    torch.save(checkpoint, part)
    shutil.copy(part, path)


def load_checkpoint(path, model, optimizer, generator):
    checkpoint = torch.load(path, weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    generator.set_state(checkpoint["generator"])
    torch.set_rng_state(checkpoint["rng"])
    return checkpoint["epoch"]
