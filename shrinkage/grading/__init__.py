"""Grading a class: from a folder of submissions to a gradebook, feedback and an overview.

A grade is decided outside the student's process. The files, in the order in which they work:

1. `submissions`: which file is whose, read with a bound on its size.
2. `script`: the submission's code cells between the exercise's own locked ones.
3. `sandbox` and `inside/`: the script runs without network, files or other processes to reach; only
   the values that checks ask for leave it. `inside/` is all of the grader that runs in there.
4. `judge`: the values against the truth, here, where no student's code runs.
5. `store`: each outcome is a file, written as it is made.
6. `gradebook`, `feedback`, `overview`, `alike`: what an instructor and a student read.

`run` puts them together, on the cores of one machine or on a dask cluster.
"""
