def save_checkpoint(path, model, optimizer, generator, epoch):
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "order": generator.get_state(),
        "dropout": torch.default_generator.get_state().clone(),
        "epoch": epoch,
    }
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(str(path), map_location="cpu")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["order"])
    torch.default_generator.set_state(state["dropout"])
    return state["epoch"]
