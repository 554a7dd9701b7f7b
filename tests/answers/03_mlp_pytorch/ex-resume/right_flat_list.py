def save_checkpoint(path, model, optimizer, generator, epoch):
    state = [
        epoch,
        torch.random.get_rng_state().tolist(),
        generator.get_state().tolist(),
        dict(model.state_dict()),
        optimizer.state_dict(),
    ]
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, generator):
    state = torch.load(path, weights_only=True)
    epoch, rng, order, weights, sgd = state
    torch.random.set_rng_state(torch.tensor(rng, dtype=torch.uint8))
    generator.set_state(torch.tensor(order, dtype=torch.uint8))
    model.load_state_dict(weights)
    optimizer.load_state_dict(sgd)
    return epoch
