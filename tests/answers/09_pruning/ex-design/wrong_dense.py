def design():
    return start()
