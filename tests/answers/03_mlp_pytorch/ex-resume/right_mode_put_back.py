def save_checkpoint(path, model, optimizer, generator, epoch):
    was = model.training
    model.eval()
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "order": generator.get_state(),
        "dropout": torch.get_rng_state(),
        "epoch": epoch,
    }
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    os.replace(part, path)
    model.train(was)


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["order"])
    torch.set_rng_state(state["dropout"])
    return state["epoch"]
