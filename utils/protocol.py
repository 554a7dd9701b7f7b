"""How notebooks, ``utils``, the tests and the grader name the same things: constants, for the whole course.

It imports nothing, so that whoever reads notebooks as data can share it with whoever runs in them.
"""

# What a cell of a lab is, by how its id starts; CONTRIBUTING.md, "A lab".
TASK, ANSWER, CHECK, HIDDEN, TRUTH = "task-", "ex-", "check-", "hidden-", "truth-"
USE = "use-"  # calls an answer on something real, for the learner
CHALLENGE = "challenge"  # the cell that sets challenge_seed, after the last answer
NOT_SET_UP = (ANSWER, CHECK, HIDDEN, TRUTH, CHALLENGE, USE)  # all other code cells are set-up

# The answer in a solution stands between these two lines; a lab has the stub in their place (nbgrader's words).
BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "# YOUR CODE HERE\n{indent}raise NotImplementedError()"

# Tags: nbval's, nbclient's, papermill's, and one of ours.
IGNORED = "nbval-ignore-output"
MAY_RAISE = "raises-exception"
PARAMETERS = "parameters"
SOLUTION_ONLY = "solution-only"

# What a kernel sends besides text: an answer for the host to judge, and a check's reply.
ANSWER_MIME = "application/vnd.fastfrugal.answer+json"
REPLY_MIME = "application/vnd.fastfrugal.check+json"
MOST_ELEMENTS = 10_000  # of one answer

# The colours of replies and claims: right, wrong, neither.
GREEN, RED, GREY = "#00704d", "#b3400e", "#555555"


def lab_name(chapter: str) -> str:
    """``12_int8_kernels`` → ``12_lab_int8_kernels``: a lab's tab must not read like its lesson's."""
    return f"{chapter[:3]}lab_{chapter[3:]}"


def chapter_name(lab: str) -> str:
    """``12_lab_int8_kernels`` → ``12_int8_kernels``; any other name as it is."""
    return lab[:3] + lab[7:] if lab[2:7] == "_lab_" else lab
