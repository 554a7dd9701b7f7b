def keep_largest(weights, keep):
    from torch.nn.utils import prune

    modules = []
    for w in weights:
        module = torch.nn.Module()
        module.w = torch.nn.Parameter(w.detach().clone())
        modules.append((module, "w"))
    total = sum(w.numel() for w in weights)
    prune.global_unstructured(modules, prune.L1Unstructured, amount=total - keep)
    return [module.w_mask.bool() for module, _ in modules]
