torch = F = nn = emit = check = as_array = convolved = counted = pooled = unaided = python_steps = (
    load_mnist
) = None
build = cost = digits = moved = trained = table = try_out = data = x_val = y_val = rng = seed = quick = None
np = workshop = design_of = given = None


def design():
    plan = [("conv", 12, 5, 2), ("pool", 2), ("conv", 16, 3), ("conv", 16, 3), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 16, "shift": 3, "degrees": 15}
