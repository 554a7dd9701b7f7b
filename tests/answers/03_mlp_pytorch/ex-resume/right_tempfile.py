import tempfile


def save_checkpoint(path, model, optimizer, generator, epoch):
    kept = {
        "parts": [m.state_dict() for m in (model, optimizer)],
        "random": [generator.get_state(), torch.default_generator.get_state()],
    }
    kept["epoch"] = torch.tensor(epoch)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        torch.save(kept, file)
    os.replace(file.name, path)


def load_checkpoint(path, model, optimizer, generator):
    with open(path, "rb") as file:
        kept = torch.load(file, weights_only=True)
    for part, state in zip((model, optimizer), kept["parts"]):
        part.load_state_dict(state)
    for part, state in zip((generator, torch.default_generator), kept["random"]):
        part.set_state(state)
    return kept["epoch"].item()
