def design():
    return packed(start())[:6000]
