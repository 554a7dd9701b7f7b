def fake_quantize(w, scale, zero_point, q_min, q_max):
    class Fake(torch.autograd.Function):
        @staticmethod
        def forward(ctx, w):
            q = torch.round(w / scale + zero_point)
            ctx.save_for_backward((q >= q_min) & (q <= q_max))
            q = torch.clamp(q, q_min, q_max)
            return scale * (q - zero_point)

        @staticmethod
        def backward(ctx, grad):
            (mask,) = ctx.saved_tensors
            return grad * mask

    return Fake.apply(w)
