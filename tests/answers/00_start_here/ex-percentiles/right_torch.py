import torch


def percentiles(times, qs):
    times = torch.as_tensor(times)
    return torch.stack(
        [torch.kthvalue(times, int(np.ceil(round(len(times) * q / 100, 6)))).values for q in qs]
    ).numpy()
