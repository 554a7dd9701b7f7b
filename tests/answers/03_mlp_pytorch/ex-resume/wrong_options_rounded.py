def save_checkpoint(path, model, optimizer, generator, epoch):
    for group in optimizer.param_groups:
        group["lr"] = round(group["lr"], 4)  # changes the training that goes on
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "order": generator.get_state()}
    state |= {"dropout": torch.get_rng_state(), "epoch": epoch}
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["order"])
    torch.set_rng_state(state["dropout"])
    return state["epoch"]
