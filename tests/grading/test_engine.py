"""The engine on honest answers, and on each way known to be given points for a wrong one."""

from __future__ import annotations

from tests.grading.conftest import outcome

PASSED = dict.fromkeys(("double", "spread", "counter"), "passed")


def test_right_answers_pass_and_a_wrong_one_costs_its_points_only(grade):
    result = grade()
    assert outcome(result) == PASSED and result["score"] == 6
    result = grade(spread="def spread(x):\n    return x.max()")
    assert outcome(result) == PASSED | {"spread": "failed"} and result["score"] == 4


def test_a_raised_error_does_not_carry_the_private_seed_out(grade):
    tells = "def spread(x):\n    raise {}(f'the seed is {{challenge_seed}}')"
    own = "Told = type('Told', (Exception,), {})\n" + tells.format("Told")
    for answer, said in ((tells.format("ValueError"), "raised ValueError"), (own, "raised an error")):
        (spread,) = [e for e in grade(spread=answer)["exercises"] if e["name"] == "spread"]
        assert said in spread["reason"] and "12345" not in str(spread)
