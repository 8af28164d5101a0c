"""Benchmarks: each measures ours and its limit in one run and prints the ratio.

`make bench` runs them all, `python -m bench NAME …` some. A machine that does something else at
the same time moves wall-clock figures by half; CPU per operation repeats within a tenth, so ratios
are of CPU unless a row says otherwise.
"""
