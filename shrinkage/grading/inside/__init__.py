"""What of the grader runs in the sandbox, beside a student's code.

None of it holds a truth, a check or another student's work, and nothing that comes from it is
trusted: a student's code can reach all of it. It imports nothing of the project but what the
sandbox offers: the kinds of answer, and what an exercise teaches with.
"""
