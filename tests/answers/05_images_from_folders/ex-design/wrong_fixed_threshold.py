def design():
    return {"shift": 12, "degrees": 8, "zoom": 0.15, "negative": True, "num_epochs": 10}


def choose_threshold(scores, is_seven, floor):
    return 0.5
