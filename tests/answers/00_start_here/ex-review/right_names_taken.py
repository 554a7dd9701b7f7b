np = logs = log_of = benchmarks = honest = straight_away = in_a_hurry = the_weekend_one = None
emit = check = lab = check_review = None


def review(log):
    timed, faults, clock = [], set(), False
    for i, event in enumerate(log):
        if event in ("start", "stop"):
            clock = event == "start"
        elif event in ("a", "b"):
            if log[i + 1 : i + 2] in (["start"], ["stop"]):
                faults.add("asynchronous")
            if clock:
                if event not in timed and event not in log[:i]:
                    faults.add("cold")
                timed.append(event)
    word = "".join(timed)
    if "ba" not in word or "ab" not in word:
        faults.add("blocks")
    if min(word.count("a"), word.count("b")) < 11:
        faults.add("few")
    return sorted(faults)
