def save_checkpoint(path, model, optimizer, generator, epoch):
    part = path.with_suffix(".tmp")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "global": torch.get_rng_state(),
            "epoch": epoch,
        },
        part,
    )
    part.replace(path)


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["global"])
    torch.set_rng_state(state["generator"])
    return state["epoch"]
