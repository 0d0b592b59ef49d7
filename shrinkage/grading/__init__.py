"""Grading a class: from a folder of submissions to a gradebook, feedback and an overview.

A grade is decided outside the student's process. The files, in the order in which they work:

1. `submissions`, on `places`: which file is whose, in folders and zips, read with a bound on size.
   `handed_in` holds that against the roster and the exercise.
2. `script`, on `notebook`: the submission's code cells between the exercise's own locked ones.
   `flags` are lines of it for a human to look at.
3. `worker`, with `offer`, `sandbox` and `conversation`: the script runs with no network, files or
   other processes to reach, watched by `processes`; only the values that checks ask for leave it.
   `inside/` is all of the grader in there.
4. `judge`: the values against the truth, here, where no student's code runs. `reasons` says why a
   value is missing; `follow_through` has an answer that builds on a lost one judged without that.
5. `store`: each outcome is a file, written as it is made.
6. `gradebook`, `feedback`, `overview`, `alike`: what an instructor and a student read.

`grader` does 2 to 4 for one submission after another, `pool` has graders on the cores of a machine
or on a dask cluster, and `run` puts all together, with `progress` for what is said meanwhile.
`roster`, `clinics` and `handout` are the class and what it was handed; `outcome` is what the parts
exchange.
"""
