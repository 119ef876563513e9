"""Assessment: item types, attempts at module quizzes, runs of cases, answers, grading, and the evidence they give per
objective.

Announces `attempt_graded` and `attempt_regraded`. Never decides who may take a quiz or open a case (the policy
`enrolled` does) and never lets a key leave the server before its attempt is submitted or its case finished.
"""
