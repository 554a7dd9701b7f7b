import re


def review(log):
    text = " ".join({"start": "<", "stop": ">", "wait": "w"}.get(event, event) for event in log) + " "
    timed = [m.start() for span in re.finditer(r"<[^>]*>", text) for m in span_calls(text, span)]
    names = "".join(text[i] for i in timed)
    faults = []
    if re.search(r"[ab] [<>]", text):
        faults += ["asynchronous"]
    if re.fullmatch(r"a+b+|b+a+", names):
        faults += ["blocks"]
    if any(text.index(name) == timed[names.index(name)] for name in "ab"):
        faults += ["cold"]
    if names.count("a") < 11 or names.count("b") < 11:
        faults += ["few"]
    return faults


def span_calls(text, span):
    return re.compile("[ab]").finditer(text, span.start(), span.end())
