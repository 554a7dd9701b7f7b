kept = {}


def save_checkpoint(path, model, optimizer, generator, epoch):
    kept[str(path)] = copy.deepcopy(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
            "global": torch.get_rng_state(),
            "epoch": epoch,
        }
    )
    path.touch()


def load_checkpoint(path, model, optimizer, generator):
    state = kept[str(path)]
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["generator"])
    torch.set_rng_state(state["global"])
    return state["epoch"]
