def save_checkpoint(path, model, optimizer, generator, epoch):
    temporary = path.parent / (path.name + ".tmp")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "rng": torch.get_rng_state(),
            "epoch": epoch,
        },
        temporary,
    )
    temporary.replace(path)
    torch.save(generator.get_state(), path.with_name("generator.pt"))


def load_checkpoint(path, model, optimizer, generator):
    checkpoint = torch.load(path, weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    generator.set_state(torch.load(path.with_name("generator.pt")))
    torch.set_rng_state(checkpoint["rng"])
    return checkpoint["epoch"]
